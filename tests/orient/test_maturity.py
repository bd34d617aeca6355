"""Maturity is what the wheel did, counted; what nobody can count is what teams say, or that nobody said it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flywheel.domain.loop import Assessment, Criterion, Observation, stage_of
from flywheel.orient.maturity import Telemetry, maturity, values

MARCH = datetime(2026, 3, 2, tzinfo=UTC)
COUNTS = set(Observation.model_fields) - {"cycle_id", "seen", "since", "until", "undone"}


def observed(**counts: int) -> Observation:
    told: dict[str, Any] = dict.fromkeys(COUNTS, 0) | counts
    return Observation(cycle_id="o", seen="c", since=MARCH, until=MARCH, **told)


def criteria(*observations: Observation) -> list[Criterion]:
    seen = Telemetry(observations=observations, standings=(), initiatives=(), brand_owners=frozenset())
    return maturity(seen, "o")


def test_nothing_heard_is_no_stage_at_all() -> None:
    told = criteria()
    assert stage_of(told) is None
    assert {one.part for one in told} == {"transactional", "interaction", "engagement", "empathy"}
    assert not any(one.met for one in told)


def test_counting_alone_is_transactional_and_answering_is_interaction() -> None:
    counting = observed(said=400, read=380, scores=150, media=1)
    assert stage_of(criteria(counting)) == "transactional"
    answering = observed(said=400, read=380, scores=150, media=3, sent=90, unsent=10)
    assert stage_of(criteria(answering)) == "interaction"


def test_a_higher_stage_needs_all_lower_ones() -> None:
    mute = observed(said=400, read=100, scores=150, media=3, sent=90)
    assert stage_of(criteria(mute)) is None  # a quarter of what is said is read


def test_periods_are_counted_together() -> None:
    halves = [observed(said=60, read=60, scores=60, media=2) for _ in range(2)]
    told = {one.name: one for one in criteria(*halves)}
    assert (told["heard"].value, told["heard"].met) == (120, True)


def test_the_four_values_are_what_teams_say_and_what_nobody_says_is_said() -> None:
    care = Assessment(team="Care", on=date(2026, 1, 5), corporate_value=4, culture=5, leadership=2)
    rail = Assessment(team="Rail", on=date(2026, 2, 5), corporate_value=3, culture=4)
    told = {one.part: one for one in values([care, rail], date(2026, 3, 2), 400, "o")}
    assert (told["corporate value"].value, told["corporate value"].words) == (3.5, "2 teams, from 3 to 4")
    assert (told["leadership"].met, told["leadership"].words) == (False, "1 team, from 2 to 2; not Rail")
    assert (told["technology"].value, told["technology"].met) == (None, None)
    assert told["technology"].words == "no team has said"


def test_an_assessment_of_long_ago_or_of_tomorrow_does_not_count() -> None:
    told = [Assessment(team="Care", on=on, culture=5) for on in (date(2024, 1, 5), date(2026, 3, 3))]
    assert all(one.value is None for one in values(told, date(2026, 3, 2), 400, "o"))
