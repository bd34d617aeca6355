"""Limits in a turn: what finds no room stays in the inbox, and the next look counts what was decided before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from flywheel.domain.limits import Limits


def with_limits(walk: Any, **limits: Any) -> Any:
    settings = walk.wheel.settings.model_copy(update={"limits": Limits(**limits)})
    return replace(walk, wheel=replace(walk.wheel, settings=settings))


def went(walk: Any) -> Counter[str]:
    with walk.wheel.store.read() as shelves:
        rows = shelves._connection.execute(text("SELECT status, count(*) FROM decision GROUP BY status")).all()
        waiting = shelves._connection.execute(text("SELECT count(*) FROM inbox WHERE stage = 'decide'")).scalar_one()
    return Counter({str(status): int(n) for status, n in rows}) + Counter({"inbox": waiting})


def test_what_finds_no_room_is_decided_when_there_is_some(begin_walk: Any) -> None:
    free, tight = begin_walk("free"), begin_walk("tight")
    free.step("predict", "decide")
    whole = went(free)
    tight.step("predict")
    with_limits(tight, per_cycle=2).step("decide")
    first = went(tight)
    assert first["decided"] <= 2
    assert first["inbox"] > whole["inbox"]
    with tight.wheel.store.read() as shelves:
        [tally] = [one for one in shelves.cycles.steps(tight.cycle.id) if one.step == "decide"]
    assert tally.reasons["no room: the cycle reaches no more people"] > 0
    with_limits(tight, per_cycle=2).step("decide")
    assert went(tight) == first  # what was decided before counts
    tight.step("decide")
    assert went(tight) == whole
