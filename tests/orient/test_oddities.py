"""What is odd about others' figures, where they come from, and when they may be compared."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from said_sums import NOW, texts

from flywheel.domain.experience import ReaderRules
from flywheel.domain.hearing import Heard, Loudness
from flywheel.domain.standing import Measure
from flywheel.orient.benchmarks import HeardBenchmark, TableBenchmark
from flywheel.orient.blind_spots import blind_spots, loud_findings, silent_media
from flywheel.orient.elsewhere import elsewhere
from flywheel.orient.oddities import oddities
from flywheel.orient.standings import StandingRules, compare

RULES = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))


def told(brand: str, measure: str, value: float, n: int | None = 200, **values: Any) -> Measure:
    given = {
        "brand": brand, "voice": "employee", "measure": measure, "value": value, "n": n, "sd": 0.4, "basis": "survey",
        "higher_is_better": True, "as_of": NOW - timedelta(days=60), "provenance": "Staff Survey", "unit": "share",
        "source": "staff",
    }  # fmt: skip
    return Measure.model_validate(given | values)


def odd(*measures: Measure, owns: tuple[str, ...] = ("Own",)) -> list[str]:
    return [one.statement for one in oddities(measures, "Own", owns, "c", NOW)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"value": 1.2}, "1.2 lies outside 0 to 1"), ({"value": 130.0, "unit": "points"}, "outside -100 to 100"),
        ({"n": 0}, "it rests on 0 answers"), ({"sd": 3.0, "unit": "score", "span": 4.0}, "more than its scale allows"),
    ],
)  # fmt: skip
def test_impossible_figures_are_named(values: dict[str, Any], words: str) -> None:
    [said] = odd(told("Own", "m", 0.5), told("Peer", "q", 0.4).model_copy(update=values))
    assert said.startswith("Peer, q (Staff Survey): impossible")
    assert words in said


def test_two_organisations_with_all_the_same_figures_are_named() -> None:
    rows = [told(brand, f"q{at}", at / 10) for brand in ("A", "B") for at in range(3)]
    [said] = odd(told("Own", "q0", 0.9), *rows)
    assert said == "A and B have exactly the same figures in Staff Survey: one may be a copy."


def test_one_equal_figure_of_an_index_is_told_and_may_be_chance() -> None:
    index = {"n": None, "unit": "number"}
    [said] = odd(told("Own", "rq", 70.1, **index), told("A", "rq", 75.5, **index), told("B", "rq", 75.5, **index))
    assert said == "Different organisations have the same figure in Staff Survey: A and B (75.5). It may be chance."


def test_benchmarks_that_disagree_are_shown_as_disagreeing() -> None:
    [said] = odd(told("Own", "q", 0.6), told("Peer", "q", 0.5), told("Own", "q", 0.6, source="other"),
                 told("Peer", "q", 0.8, source="other", provenance="Press"))  # fmt: skip
    assert said.startswith("Two benchmarks disagree on q of Peer: 0.8 (Press, 2026-01-01), 0.5 (Staff Survey")
    assert odd(told("Own", "q", 0.6), told("Peer", "q", 0.5), told("Own", "q", 0.6, source="other"),
               told("Peer", "q", 0.53, source="other")) == []  # fmt: skip


def test_a_table_that_knows_us_by_another_name_or_not_at_all_is_told() -> None:
    assert odd(told("R1K", "q", 0.5), owns=("R1K",)) == [
        "staff calls us R1K, not Own: the two stand side by side and are not joined."
    ]
    assert odd(told("RAX", "q", 0.5), owns=()) == [
        "staff has 1 organisations, and none is called Own: say `own:` to be compared."
    ]


def test_a_table_gives_the_measures_and_peers_that_are_asked_for() -> None:
    known = [told("R1K", "q1", 0.5), told("RAX", "q1", 0.6), told("RAX", "x", 0.6), told("Ltd", "q1", 0.7),
             told("RAX", "q1", 0.6, source="other"), told("RAX", "q1", 0.9, as_of=NOW + timedelta(days=1))]  # fmt: skip
    table = TableBenchmark(source="staff", own="R1K", peers=("R*",), measures_named=("q*",), called={"RAX": "Kingston"})
    found = table.measures(known, NOW)
    assert [(one.brand, one.measure) for one in found] == [("R1K", "q1"), ("Kingston", "q1")]
    assert HeardBenchmark().measures([*known, told("Peer", "q", 0.5, source="")], NOW)[0].brand == "Peer"


def test_figures_of_different_years_are_not_compared() -> None:
    [one] = compare([told("Own", "q", 0.5)], [told("Peer", "q", 0.9, as_of=NOW - timedelta(days=300))], RULES, "c", NOW)
    assert (one.verdict, one.reason) == ("cannot tell", "our figure is of 2026, theirs of 2025")


def test_what_a_table_says_of_us_is_held_against_that_table_alone() -> None:
    own = [told("Own", "q", 0.5, source=""), told("R1K", "q", 0.5), told("Own", "nps", 0.5, source="")]
    theirs = [told("Peer", "q", 0.9), told("Peer", "q", 0.8, source="other"), told("Peer", "q", 0.7, source=""),
              told("Peer", "nps", 0.9)]  # fmt: skip
    met = {(one.brand, one.measure, one.theirs) for one in compare(own, theirs, RULES, "c", NOW)}
    assert met == {("R1K", "q", 0.9), ("Own", "q", 0.8), ("Own", "q", 0.7), ("Own", "nps", 0.9)}


def test_an_index_without_n_or_spread_gives_no_verdict() -> None:
    [one] = compare([told("Own", "rq", 80.0, None)], [told("Peer", "rq", 60.0, None)], RULES, "c", NOW)
    assert (one.verdict, one.low, one.gap) == ("cannot tell", None, 20.0)
    assert one.provenance == "Staff Survey"
    assert one.age_days == 60


@pytest.mark.parametrize(
    ("unit", "span", "gap", "verdict"),
    [
        ("points", 200.0, 2.0, "level"), ("points", 200.0, 4.0, "ahead"), ("score", 4.0, 0.05, "level"),
        ("number", None, 0.0, "cannot tell"), ("share", 1.0, 0.01, "level"),
    ],
)  # fmt: skip
def test_the_margin_goes_by_the_unit(unit: str, span: float | None, gap: float, verdict: str) -> None:
    own, peer = (
        told(brand, "m", value, 1_000_000, unit=unit, span=span, sd=0.5)
        for brand, value in (("Own", 0.5 + gap), ("Peer", 0.5))
    )
    [one] = compare([own], [peer], RULES, "c", NOW)
    assert one.verdict == verdict


def test_text_heard_on_other_media_than_theirs_is_said() -> None:
    own = told("Own", "m", 0.5, source="", heard_on=("survey",))
    [one] = compare([own], [told("Peer", "m", 0.9, source="", heard_on=("review",))], RULES, "c", NOW)
    assert one.reason.endswith("(ours was heard on survey, theirs on review)")


def heard(language: str, known: int, spoke: int, negative: int, **values: Any) -> Heard:
    given = {"voice": "customer", "language": language, "team": "", "groups": (), "known": known, "heard": spoke,
             "n_read": spoke, "n_negative": negative}  # fmt: skip
    return Heard.model_validate(given | values)


def test_who_is_never_heard_is_named_and_what_the_score_would_be() -> None:
    people = [heard("en", 500, 200, 100), heard("pl", 400, 8, 8), heard("de", 100, 0, 0)]
    found = blind_spots(people, "Own", "c", 10)
    seldom = {one.part: one.statement for one in found if one.verdict == "less"}
    assert set(seldom) == {"pl", "de"}
    assert seldom["de"] == "language de: never heard, 0 of 100 customers (0%; of all 21%)."
    [weighted] = [one for one in found if one.subject == "negative share weighted by language"]
    assert (weighted.value, weighted.before) == (pytest.approx((500 * 0.5 + 400) / 900), pytest.approx(108 / 208))
    assert weighted.statement.endswith("de said nothing and are in neither.")


def test_groups_that_are_too_small_are_not_told_of() -> None:
    assert {one.part for one in blind_spots([heard("en", 50, 9, 1), heard("xx", 9, 0, 0)], "Own", "c", 10)} == {"en"}


def test_the_loudest_are_told_where_there_are_enough_to_have_a_twentieth() -> None:
    loud = Loudness(voice="customer", people=200, loudest=10, share=0.6)
    [one] = loud_findings([loud, loud.model_copy(update={"people": 19})], "Own", "c")
    assert one.statement == "The loudest 5 % (10 of 200 customers) wrote 60% of all."


def test_a_medium_that_fell_silent_is_told() -> None:
    sums = [texts("Own", 4, 40, period=1), texts("Own", 4, 40, period=2, part="mail")]
    [one] = silent_media(sums, 2, 1, "c")
    assert one.statement == "review: nothing was heard of Own's customers in this period, 40 before."


def test_what_people_speak_better_of_elsewhere_comes_first() -> None:
    sums = [texts("Own", 900, 1_000, topic="refund"), texts("Peer", 100, 1_000, topic="refund"),
            texts("Own", 100, 1_000, topic="staff"), texts("Peer", 900, 1_000, topic="staff")]  # fmt: skip
    found = elsewhere(sums, "Own", RULES, ReaderRules(), "c", NOW)
    assert [(one.subject, one.part, one.verdict) for one in found] == [
        ("refund", "Peer", "less"), ("staff", "Peer", "more"),
    ]  # fmt: skip
    assert found[0].statement == "refund: 1.00 of 10 here, 9.00 at Peer: better there."
