"""What texts tell of promises, effort and replies: shares of all texts, by hand, never surer than the reader."""

from __future__ import annotations

from typing import Any

import pytest
from said_sums import NOW, texts

from flywheel.domain.experience import Pillar, ReaderRules
from flywheel.domain.finding import Finding
from flywheel.domain.hearing import Stake
from flywheel.domain.sums import EFFORT, EMPATHY, EXPECTATION, PROMISED, Sum
from flywheel.orient.let_down import TextContext, net_share, text_gaps
from flywheel.orient.pillars import pillar_measures
from flywheel.orient.told import EFFORT_SHARE, LET_DOWN_SHARE, REPLIES, told_measures

CONTEXT = TextContext("Own", "c", 100, 0.03, 0.5)
READER = ReaderRules()


def told(measure: str, short: int, met: int, exceeded: int, **more: Any) -> Sum:
    """Return texts that speak of something, by band; their values are -1, 0 and 1 unless said otherwise."""
    n = short + met + exceeded
    counts = {
        "n": n, "n_read": n, "n_negative": short, "n_neutral": met, "n_positive": exceeded, "measure": measure,
        "total": float(exceeded - short), "squares": float(short + exceeded),
    }  # fmt: skip
    return texts("Own", 0, n)._replace(**counts | more)


def gaps(*said: Sum, stakes: tuple[Stake, ...] = ()) -> list[Finding]:
    return text_gaps(said, stakes, {"refund": ["f1", "f2"]}, {"refund": "service"}, CONTEXT)


def test_the_net_share_and_its_interval_are_those_of_agresti_and_min() -> None:
    gap = net_share(60, 10, 1_000, 0.0)
    # (60.5 - 10.5) / 1002 -+ 1.96 sqrt(71 - 50² / 1002) / 1002
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.05, 0.03370, 0.06610), abs=1e-4)


def test_what_may_be_misread_makes_the_interval_wider_on_both_sides() -> None:
    sure, doubted = net_share(60, 10, 1_000, 0.0), net_share(60, 10, 1_000, 0.5)
    assert doubted.low < sure.low < sure.high < doubted.high
    assert doubted.value == sure.value
    assert doubted.p > sure.p


def test_a_gap_says_how_many_were_let_down_by_whom_and_whose_words_say_so() -> None:
    (found,) = gaps(
        texts("Own", 500, 900, topic="refund"), told(EXPECTATION, 120, 5, 3, topic="refund"),
        told(PROMISED + "staff", 30, 0, 0, topic="refund"), told(PROMISED + "advertising", 50, 0, 0, topic="refund"),
        texts("Own", 500, 1_800),
    )  # fmt: skip
    assert (found.subject, found.part, found.basis, found.verdict, found.n) == ("refund", "topic", "text", "more", 900)
    assert found.value == pytest.approx(117 / 900)
    assert found.weight == pytest.approx(10 * 117 / 900 / 2)
    assert found.evidence == ("f1", "f2")
    assert "of 900 texts 120 say that less came" in found.statement
    assert found.statement.endswith(
        "Promised by our advertising (50) and our staff (30); only expected, promised by nobody, 40 times."
    )


def test_gaps_are_ranked_by_reach_and_by_what_the_people_there_are_worth() -> None:
    stakes = (Stake(touchpoint="desk", people=5, value=300.0), Stake(touchpoint="web", people=5, value=100.0))
    said = [
        one
        for place, n in (("web", 500), ("desk", 400), ("kiosk", 300))
        for one in (texts("Own", n, n, part=place), told(EXPECTATION, n // 10, 0, 0, part=place))
    ]
    found = gaps(*said, stakes=stakes)
    assert [one.subject for one in found] == ["desk", "kiosk", "web"]
    assert [one.weight for one in found] == pytest.approx([1.5 / 3, 1 / 4, 0.5 / 2.4])


def test_few_texts_cannot_tell_few_who_were_let_down_do_not_matter_and_praise_is_told_too() -> None:
    said = {"few": (40, 20, 0), "little": (5_000, 60, 20), "praised": (1_000, 5, 120), "torn": (1_000, 60, 45)}
    found = gaps(*(
        one
        for place, (n, short, exceeded) in said.items()
        for one in (texts("Own", 0, n, part=place), told(EXPECTATION, short, 0, exceeded, part=place))
    ))  # fmt: skip
    assert {one.subject: one.verdict for one in found} == {
        "few": "cannot tell", "little": "level", "praised": "less", "torn": "cannot tell",
    }  # fmt: skip


def test_shares_of_effort_and_of_being_let_down_are_of_all_texts_and_zero_where_nobody_speaks_of_it() -> None:
    sums = [
        texts("Own", 100, 400), told(EFFORT, 60, 0, 20), told(EXPECTATION, 8, 1, 1), told(EMPATHY, 0, 0, 0),
        texts("Peer", 10, 200), told(EFFORT, 10, 0, 0, brand="Peer"),
    ]  # fmt: skip
    found = {(one.brand, one.measure): one for one in told_measures(sums, NOW, READER)}
    assert {key: one.value for key, one in found.items()} == pytest.approx({
        ("Own", EFFORT_SHARE): 0.15, ("Own", LET_DOWN_SHARE): 0.02, ("Peer", EFFORT_SHARE): 0.05,
        ("Peer", LET_DOWN_SHARE): 0.0,
    })  # fmt: skip
    assert {(one.n, one.basis, one.higher_is_better) for key, one in found.items() if key[0] == "Own"} == {
        (400, "text", False)
    }
    assert told_measures([texts("Own", 100, 400)], NOW, READER) == []  # a reader that does not read it


def test_replies_have_their_empathy_and_it_stands_in_for_the_pillar_that_nobody_was_asked_about() -> None:
    replies = told(EMPATHY, 2, 0, 2, total=2.5, squares=2.25)  # 0.25 0.25 1 1
    (found,) = told_measures([replies], NOW, READER)
    assert (found.measure, found.value, found.n) == (REPLIES, 6.25, 4)
    pillars = [
        Pillar(pillar="empathy", told=("empathy",)), Pillar(pillar="time & effort", told=("effort",)),
        Pillar(pillar="expectations", told=("expectation",)),
    ]  # fmt: skip
    sums = [replies, told(EFFORT, 3, 0, 1), told(EXPECTATION, 1, 2, 1), told(EXPECTATION, 1, 0, 0, topic="refund")]
    values = {one.measure: (one.value, one.n) for one in pillar_measures(sums, pillars, NOW, READER)}
    assert values == {
        "pillar: empathy": (6.25, 4), "pillar: time & effort": (2.5, 4), "pillar: expectations": (5.0, 4)
    }  # fmt: skip
