"""Challenging: before plays are chosen, the customers' advocate asks each of them what came of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flywheel.decide.advocate import (
    challenge_change,
    challenge_initiative,
    challenge_play,
    objected,
    objections,
)
from flywheel.domain.cycle import Cycle
from flywheel.domain.initiative import Initiative
from flywheel.domain.objecting import Change, Finding, StandingObjection
from flywheel.domain.play import Play, Verdict
from flywheel.learn.warnings import SUBJECT
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

_DAYS = 90
"""So far back it is asked what followed, and who spoke of what."""


def challenge(wheel: Flywheel, cycle: Cycle, plays: Sequence[Play]) -> dict[str, Verdict]:
    """Return the advocate's verdict on each play that something is held against; a full live turn asks anew."""
    with wheel.store.read() as shelves:
        standing = shelves.objections.register()
    if cycle.flow == "cycle" and cycle.mode == "live":
        standing += _asked(wheel, cycle, plays, standing)
    return objected(plays, standing, cycle.as_of)


def review(wheel: Flywheel, change: Change) -> tuple[list[Finding], list[StandingObjection]]:
    """Return what the data say of a planned change, and the objections to it as they stand, new ones included."""
    settings, now = wheel.settings, wheel.clock()
    plan = f"change:{change.name}"
    with wheel.store.write(None) as shelves:
        model, brand = settings.analyzer.model_name, settings.brand.name
        spoken = shelves.objections.spoken(change, model, brand, now - timedelta(days=_DAYS))
        warnings = shelves.learning.about([f"{SUBJECT}{topic}" for topic in change.topics])
        findings = challenge_change(change, spoken, warnings)
        shelves.objections.add(objections(plan, findings, shelves.objections.register(), "", now))
        standing = [one for one in shelves.objections.register() if one.plan == plan and one.expires > now]
    return findings, standing


def challenge_initiatives(shelves: Shelves, cycle: Cycle, new: Sequence[Initiative]) -> tuple[str, ...]:
    """Write down what is held against new initiatives, and return it in words for whoever is to own them."""
    register, standing, told = shelves.initiatives.register(), shelves.objections.register(), []
    for one in new:
        findings = challenge_initiative(one, register)
        found = objections(f"initiative:{one.id}", findings, standing, cycle.id, cycle.as_of)
        shelves.objections.add(found)
        told += [f"The advocate objects to initiative {one.id[:12]}: {each.finding}." for each in found]
    return tuple(told)


def _asked(
    wheel: Flywheel, cycle: Cycle, plays: Sequence[Play], standing: Sequence[StandingObjection]
) -> list[StandingObjection]:
    settings = wheel.settings
    known = {one.id for one in standing}
    with wheel.store.write(cycle.fence) as shelves:
        since, model = cycle.as_of - timedelta(days=_DAYS), settings.analyzer.model_name
        after = shelves.objections.afterwards(model, settings.learn.left, since, cycle.as_of)
        last = shelves.cycles.newest("cycle", statuses=("completed", "partial"))
        lifts = shelves.learning.lifts(last.cycle.id) if last else []
        for play in plays:
            findings = challenge_play(play.name, lifts, after, len(plays))
            shelves.objections.add(objections(f"play:{play.name}", findings, standing, cycle.id, cycle.as_of))
        return [one for one in shelves.objections.register() if one.id not in known]
