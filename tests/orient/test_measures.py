"""From sums to measures: the formulas of the trade with their check values; what was asked and what was read apart."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from said_sums import NOW, answers, texts

from flywheel.domain.experience import Labelled, Pillar, ReaderRules
from flywheel.orient.gap import interval_of
from flywheel.orient.measures import NEGATIVE_SHARE, SENTIMENT, corrected, heard_measures
from flywheel.orient.pillars import pillar_measures

READER = ReaderRules()


def by_name(*sums, **rules):
    return {one.measure: one for one in heard_measures(sums, NOW, ReaderRules(), **rules)}


@pytest.mark.parametrize(("n", "margin"), [(30, 26.7), (102, 14.5), (324, 8.1), (1_002, 4.6)])
def test_nps_has_its_published_margin_of_error(n: int, margin: float) -> None:
    # genroe.com: half promoters, a sixth detractors; NPS 33.3
    one = by_name(answers("nps", [10] * (n // 2) + [8] * (n // 3) + [3] * (n // 6)))["NPS"]
    assert one.value == pytest.approx(100 / 3)
    assert one.sd is not None
    assert 1.96 * one.sd / sqrt(n) == pytest.approx(margin, abs=0.06)
    assert (one.unit, one.n, one.basis) == ("points", n, "survey")


def test_employees_nps_is_its_own_measure() -> None:
    assert set(by_name(answers("enps", [10, 9, 0], voice="employee"))) == {"eNPS"}


def test_nps_on_another_scale_is_only_a_mean() -> None:
    assert set(by_name(answers("nps", [4, 5], 1, 5))) == {"nps 1..5"}


def test_csat_is_the_share_of_the_upper_two_of_five_beside_its_mean() -> None:
    found = by_name(answers("csat", [5, 4, 3, 2, 1, 5, 4, 4], 1, 5))
    assert found["CSAT 1..5"].value == 5 / 8
    assert found["csat 1..5"].value == 3.5
    assert {one.span for one in found.values()} == {1.0, 4.0}


def test_scales_are_never_mixed() -> None:
    assert set(by_name(answers("ces", [6, 7], 1, 7), answers("ces", [3, 4], 1, 5))) == {"ces 1..7", "ces 1..5"}


def test_less_is_better_where_that_is_said() -> None:
    found = by_name(answers("response_hours", [2.0, 30.0], 0, 720), lower_is_better=["response_hours"])
    assert not found["response_hours 0..720"].higher_is_better


def test_media_are_added_up_and_topics_left_out() -> None:
    found = by_name(texts("Own", 3, 10), texts("Own", 5, 10, part="social"), texts("Own", 9, 9, topic="delay"))
    assert found[NEGATIVE_SHARE].value == 8 / 20
    assert found[NEGATIVE_SHARE].heard_on == ("review", "social")
    assert found[SENTIMENT].value == pytest.approx(0.2)


def test_what_nobody_could_read_gives_no_measure() -> None:
    assert by_name(texts("Own", 0, 0)) == {}


def test_undated_feedback_is_as_of_now_and_the_future_is_not_believed() -> None:
    assert {one.as_of for one in by_name(texts("Own", 1, 5, last_day="")).values()} == {NOW}
    assert {one.as_of for one in by_name(texts("Own", 1, 5, last_day="2099-01-01")).values()} == {NOW}


def test_texts_that_people_read_too_put_the_share_right() -> None:
    # the reader calls 30 % negative; people say it misses a third of those that are
    sample = Labelled(brand="Own", both=60, missed=30, wrongly=0, neither=210)
    [share, *_] = heard_measures([texts("Own", 200, 1_000)], NOW, ReaderRules(labelled=(sample,)))
    assert share.value == pytest.approx(0.30, abs=0.001)
    assert (share.reader_sd, share.dilution) == (0.0, 1.0)
    assert "put right by 300 texts" in share.provenance


def test_a_sample_of_few_texts_puts_nothing_right() -> None:
    sample = Labelled(brand="Own", both=10, missed=10, wrongly=0, neither=20)
    [share, *_] = heard_measures([texts("Own", 200, 1_000)], NOW, ReaderRules(labelled=(sample,)))
    assert (share.value, share.reader_sd) == (0.2, READER.spread_negative)


def test_the_interval_of_a_corrected_share_holds_the_truth() -> None:
    dice, held = np.random.default_rng(5), 0
    for _ in range(400):
        truth = dice.random(2_000) < 0.4
        read = np.where(truth, dice.random(2_000) < 0.75, dice.random(2_000) < 0.2)
        y, f = truth[:200], read[:200]
        sample = Labelled(brand="Own", both=int((y & f).sum()), missed=int((y & ~f).sum()),
                          wrongly=int((~y & f).sum()), neither=int((~y & ~f).sum()))  # fmt: skip
        value, error = corrected(texts("Own", int(read.sum()), 2_000), sample)
        held += abs(value - 0.4) < 1.96 * error
    assert 0.92 <= held / 400 <= 0.98


def test_a_pillar_is_the_mean_of_its_items_on_0_to_10() -> None:
    pillar = Pillar(pillar="empathy", items=("warm", "listens"), topics=("staff",))
    asked = [answers("warm", [1, 5, 3, 3], 1, 5), answers("listens", [0, 10, 10, 10])]
    read = [texts("Own", 1, 4, topic="staff")]
    survey, text = pillar_measures([*asked, *read], [pillar], NOW, READER)
    assert (survey.basis, survey.value, survey.n) == ("survey", pytest.approx((5 + 7.5) / 2), 4)
    assert (text.basis, text.value) == ("text", pytest.approx(7.5))
    assert text.reader_sd == pytest.approx(5 * READER.spread_sentiment)
    assert interval_of(text)[0] < interval_of(text.model_copy(update={"reader_sd": 0.0}))[0]


def test_a_pillar_that_nobody_was_asked_about_has_no_figure() -> None:
    assert pillar_measures([texts("Own", 1, 4)], [Pillar(pillar="empathy", items=("warm",))], NOW, READER) == []
