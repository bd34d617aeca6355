"""What came of decisions, added up: each person once, inside the window only, late words counted, equal to a scan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Outcome
from flywheel.domain.play import Decision
from flywheel.domain.trial import POLICY, EffectSum
from flywheel.store import Shelves, Store
from flywheel.store.shelves.effects import Window
from flywheel.store.shelves.outcomes import KnownOutcome, outcome_id

DAY = timedelta(days=1)
WEEK = Window("returned", 7, ("help", "other"))
Decide = Callable[..., None]
Happen = Callable[..., None]


@pytest.fixture
def decide(store: Store, turn: Callable[..., object], noon: datetime) -> Decide:
    """Turn a cycle on a day after noon in which these people were decided for: (person, arm)."""

    def decided(day: int, *people: tuple[str, str], play: str = "help", status: str | None = None) -> None:
        cycle, at = turn(day), noon + day * DAY
        rows = [
            Decision.model_validate({
                "id": content_id("decision", person, str(day), play), "cycle_id": cycle.id, "person_id": person,
                "occasion": str(day), "occasion_at": at, "play": play, "variant": "a", "tier": "friction",
                "channel": "mail", "purpose": "service", "score": 0.1, "propensity": 0.4, "arm": arm,
                "arm_chance": 0.75 if arm == "default" else 0.25, "topic": "delay", "segment": "s", "among": (play,),
                "status": status or ("decided" if arm in ("default", "exempt") else "held out"), "ruling": "allow",
                "reasons": (), "verdicts": (), "learnings": (), "settings": (), "decided_at": at, "not_before": None,
                "not_after": at + DAY,
            })
            for person, arm in people
        ]  # fmt: skip
        with store.write(None) as shelves:
            shelves.decisions.add(rows)
            shelves.cycles.end(cycle, "completed", at)

    return decided


@pytest.fixture
def happen(store: Store, noon: datetime) -> Happen:
    """Let something happen to a person, so many days after noon."""

    def happened(person: str, day: float, metric: str = "returned", value: float = 1.0) -> None:
        one = Outcome(person=person, metric=metric, value=value, happened_at=noon + day * DAY)
        with store.write(None) as shelves:
            shelves.outcomes.add("crm", [KnownOutcome(outcome_id("crm", one, person), person, one)], noon, "c")

    return happened


def counted(store: Store, at: datetime, window: Window = WEEK) -> list[EffectSum]:
    with store.write(None) as shelves:
        shelves.effects.count(window, at)
    with store.read() as shelves:
        sums = shelves.effects.sums()
        assert alike(sums, shelves.effects.scan(window, at))
        return sums


def alike(some: Sequence[EffectSum], others: Sequence[EffectSum]) -> bool:
    keys = [one[:-1] for one in some] == [one[:-1] for one in others]
    return keys and all(np.allclose(one.sums, other.sums) for one, other in zip(some, others, strict=True))


def arms(sums: Sequence[EffectSum], play: str = "help") -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for one in sums:
        if one.play == play:
            happened, n = found.get(one.arm, (0, 0))
            found[one.arm] = happened + one.sums.happened, n + one.sums.n
    return found


def test_each_person_counts_once_by_intention_and_only_when_the_window_has_closed(
    store: Store, decide: Decide, happen: Happen, noon: datetime
) -> None:
    decide(0, ("early", "default"), ("late", "default"), ("never", "default"), ("control", "holdout"))
    decide(1, ("early", "default"), play="help")
    decide(2, ("waits", "default"), status="waiting")
    decide(3, ("blocked", "default"), status="blocked")
    decide(9, ("open", "default"))
    for person, day in (("early", 0), ("late", 7), ("control", 1), ("open", 9), ("stranger", 1), ("never", -0.01)):
        happen(person, day)
    happen("never", 1, value=0)
    happen("never", 1, metric="complained")
    assert arms(counted(store, noon + 10 * DAY)) == {"default": (1, 4), "holdout": (1, 1)}
    assert arms(counted(store, noon + 16 * DAY))["default"] == (2, 5)


def test_amounts_before_and_after_are_kept_apart(store: Store, decide: Decide, happen: Happen, noon: datetime) -> None:
    decide(10, ("p", "default"))
    for day, value in ((2.9, 100), (3, 5), (9.9, 6), (10, 20), (16.9, 30), (17, 100)):
        happen("p", day, value=value)
    [one] = counted(store, noon + 30 * DAY, replace(WEEK, amounts=True))
    sums = one.sums
    assert (sums.before, sums.total, sums.squares, sums.product, sums.zeros) == (11, 50, 2_500, 550, 0)
    assert (sums.before_squares, sums.cubes, sums.fourths) == (121, 50**3, 50**4)
    assert one.plan == 0.75


def test_in_a_new_season_a_person_counts_again(store: Store, decide: Decide, noon: datetime) -> None:
    decide(0, ("p", "default"))
    decide(1, ("p", "holdout"))
    decide(60, ("p", "holdout"))
    found = arms(counted(store, noon + 100 * DAY))
    assert found == {"default": (0, 1), "holdout": (0, 1)}


def test_what_is_heard_late_is_counted_and_told_twice_it_counts_once(
    store: Store, decide: Decide, happen: Happen, noon: datetime
) -> None:
    decide(0, ("p", "default"), ("q", "holdout"))
    decide(14, ("r", "default"))
    assert arms(counted(store, noon + 30 * DAY)) == {"default": (0, 2), "holdout": (0, 1)}
    for _ in range(2):
        happen("p", 3)
        happen("r", 100)
        sums = counted(store, noon + 31 * DAY)
        assert sum(one.sums.happened for one in sums) == 1
        assert sum(one.sums.n for one in sums) == 3


def test_a_cycle_of_the_past_decides_anew_who_came_first(store: Store, decide: Decide, noon: datetime) -> None:
    decide(10, ("p", "holdout"))
    assert arms(counted(store, noon + 20 * DAY)) == {"holdout": (0, 1)}
    decide(3, ("p", "default"))
    assert arms(counted(store, noon + 20 * DAY)) == {"default": (0, 1)}


def test_all_plays_together_are_beside_those_for_whom_none_is_done(
    store: Store, decide: Decide, happen: Happen, noon: datetime
) -> None:
    window = Window("returned", 7, ("help", "other"), control=0.02)
    decide(0, ("p", "default"), ("q", "holdout"), ("c", "control"), ("need", "exempt"))
    decide(1, ("p", "default"), play="other")
    happen("p", 2)
    found = counted(store, noon + 20 * DAY, window)
    assert arms(found, POLICY) == {"default": (1, 2), "holdout": (0, 1)}
    assert arms(found) == {"default": (1, 1), "holdout": (0, 1), "control": (0, 1), "exempt": (0, 1)}
    assert arms(found, "other") == {"default": (1, 1)}


def test_a_second_count_adds_only_what_is_new(store: Store, decide: Decide, noon: datetime) -> None:
    decide(0, ("p", "default"), ("q", "holdout"))
    with store.write(None) as shelves:
        assert _counts(shelves, noon) == [0, 2, 0]
    decide(8, ("r", "default"))
    with store.write(None) as shelves:
        assert shelves.effects.count(WEEK, noon + 15 * DAY) == 1


def _counts(shelves: Shelves, noon: datetime) -> list[int]:
    return [shelves.effects.count(WEEK, noon + days * DAY) for days in (6.99, 7, 7)]
