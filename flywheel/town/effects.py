"""The truth about the town, for those who judge the wheel afterwards; the wheel itself never asks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.record import Record
from flywheel.town.people import inhabitants
from flywheel.town.plan import NEED_NAMES, OURS, Plan


class Effects:
    """What plays do, by need, on a day: `of` takes columns of play codes (places in `plays`) and of needs."""

    def __init__(self, plan: Plan) -> None:
        self.plays = tuple(sorted(plan.effects))
        table = [[plan.effects[play].get(need, 0.0) for need in NEED_NAMES] for play in self.plays]
        self._table = np.array([*table, [0.0] * len(NEED_NAMES)])  # -1: a play that is not known here
        self._drift = np.array([*(plan.drift.get(play, 0.0) for play in self.plays), 0.0]) / 7
        self._offer = np.array([*(play in plan.offer_plays for play in self.plays), False])
        self._upset_offer = plan.upset_offer

    def code(self, play: str) -> int:
        """Return the place of a play in `plays`; -1 for one that the town does not know: it does nothing."""
        return self.plays.index(play) if play in self.plays else -1

    def of(
        self, play: NDArray[Any], need: NDArray[Any], upset: NDArray[np.bool_], day: int
    ) -> NDArray[np.floating[Any]]:
        """Return what each message adds to the chance of a return within three days."""
        plain = self._table[play, need] + self._drift[play] * day
        return np.where(self._offer[play] & upset, self._upset_offer, plain)


class Truth(Record):
    """What every play really does, and what every customer of ours really needs."""

    plan: Plan
    needs: dict[str, str]
    habits: dict[str, float]

    def effect(self, play: str, person: str, *, upset: bool = False, day: int = 0) -> float:
        """Return what a play adds to a person's chance of a return within three days."""
        known = Effects(self.plan)
        need = NEED_NAMES.index(self.needs[person])
        return float(known.of(np.array([known.code(play)]), np.array([need]), np.array([upset]), day)[0])

    def mean_effect(self, play: str, people: list[str] | None = None, *, upset: bool = False, day: int = 0) -> float:
        """Return the mean effect of a play over some people, or over all."""
        known, among = Effects(self.plan), people or list(self.needs)
        needs = np.array([NEED_NAMES.index(self.needs[person]) for person in among])
        codes, upsets = np.full(len(among), known.code(play)), np.full(len(among), upset)
        return float(known.of(codes, needs, upsets, day).mean())


def truth_of(plan: Plan, seed: int) -> Truth:
    """Return the truth about the town of a plan and a seed."""
    people = inhabitants(plan, seed, OURS)
    return Truth(plan=plan, needs={p.id: p.need for p in people}, habits={p.id: p.habit for p in people})
