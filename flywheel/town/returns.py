"""Who comes back, and when: a habit of each person, moved by what messages did to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from flywheel.town.chance import between, dice, uniforms
from flywheel.town.crowd import Crowd
from flywheel.town.events import Happened, Reaction
from flywheel.town.people import Person
from flywheel.town.plan import Plan

WINDOW_DAYS = 3
"""The days in which a message works; a return by habit in any such window has the probability `habit`."""


def returns(plan: Plan, seed: int, people: Sequence[Person], crowd: Crowd, days: int) -> list[Happened]:
    """Return every return of some days.

    A message of effect e adds exactly e to the chance of at least one return within the window: with e > 0 it
    brings a return with probability e / (1 - habit), with e < 0 it keeps people away with probability -e / habit.
    """
    away, extra = _moved(seed, crowd.reactions)
    habits = np.array([person.habit for person in people])
    daily = 1 - (1 - habits) ** (1 / WINDOW_DAYS)
    found = list(extra)
    for day in range(days):
        times = uniforms(seed, len(people), "hour", day)
        for index in np.flatnonzero(uniforms(seed, len(people), "returns", day) < daily).tolist():
            at = plan.start + timedelta(days=day, seconds=int(times[index] * 86_400))
            if not any(start <= at < start + timedelta(days=WINDOW_DAYS) for start in away.get(index, ())):
                found.append(Happened(at, people[index], "returned"))
    return [one for one in found if one.person.index not in crowd.left or one.at < crowd.left[one.person.index]]


def _moved(seed: int, reactions: Sequence[Reaction]) -> tuple[dict[int, list[datetime]], list[Happened]]:
    away: dict[int, list[datetime]] = defaultdict(list)
    extra = []
    for one in reactions:
        roll = dice(seed, "reacts", one.person.id, one.arrived.play, one.turn)
        habit, luck = one.person.habit, roll.random()
        if one.effect > 0 and luck < one.effect / (1 - habit):
            later = timedelta(seconds=int(between(roll, 0.1, 2.4) * 86_400))
            extra.append(Happened(one.arrived.at + later, one.person, "returned"))
        elif one.effect < 0 and luck < -one.effect / habit:
            away[one.person.index].append(one.arrived.at)
    return away, extra
