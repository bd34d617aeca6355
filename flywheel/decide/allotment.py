"""Who gets what there is too little of: the best choice for everybody together, higher tiers strictly first.

At most one option a person. People who are alike (same tier, same worth of the same options) are one row with a
count, so that a hundred thousand people are a few hundred rows, and HiGHS finds the very best. Where too many differ,
prices of what is scarce settle the clear cases, and the rest is solved exactly (Lagrangian relaxation with a core
problem, as in Balas and Zemel 1980).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flywheel.decide.prices import prices_of
from flywheel.decide.solver import Floats, Ints, Problem, solved

NOBODY = -1
_EXACT = 8_000
"""So many unknowns are solved exactly at once."""
_BARELY = 1e-5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What each person could get: `worth` (people x options, 0 where it may not be), in the order of who comes first.

    `tier` ranks people, 0 first. `use` (options x resources) is what one of an option takes of `room`.
    """

    worth: Floats
    tier: Ints
    use: Floats
    room: Floats

    def binds(self) -> bool:
        """Return whether something is too scarce for everybody to get the best there is for them."""
        best = self.worth.argmax(axis=1)
        asked = self.use[best][self.worth.max(axis=1) > 0].sum(axis=0) if len(best) else np.zeros(len(self.room))
        return bool((asked > self.room).any())


def allot(wanted: Wanted) -> Ints:
    """Return the option that each person gets, or NOBODY: no resource is overdrawn, no tier gives way to a lower one.

    Of people who are alike, those who come first get the better option.
    """
    best = np.where(wanted.worth.max(axis=1, initial=0) > 0, wanted.worth.argmax(axis=1), NOBODY)
    if not wanted.binds():
        return best.astype(np.int64)
    rows, of_person, counts = np.unique(
        np.column_stack([wanted.tier, wanted.worth]), axis=0, return_inverse=True, return_counts=True
    )
    problem = Problem(worth=rows[:, 1:], tier=rows[:, 0].astype(np.int64), counts=counts, use=wanted.use,
                      room=wanted.room)  # fmt: skip
    return _handed_out(_given(problem), problem.worth, of_person.ravel())


def _given(problem: Problem) -> Ints:
    """Return how many of each row get each option."""
    if problem.size <= _EXACT:
        return solved(problem)
    given, room = np.zeros(problem.worth.shape, np.int64), problem.room
    for tier in np.unique(problem.tier):
        own = problem.tier == tier
        given[own] = _of_one_tier(replace(problem.rows(own), room=room))
        room = problem.room - (given.sum(axis=0) @ problem.use)
    return given


def _of_one_tier(problem: Problem) -> Ints:
    if problem.size <= _EXACT:
        return solved(problem)
    noise = np.random.default_rng(0).random(problem.worth.shape)  # equals are told apart, else no price can
    told_apart = replace(problem, worth=problem.worth * (1 - _BARELY * noise))
    clear = _Clear.of(told_apart, prices_of(told_apart))
    given, sure = clear.given(told_apart)
    left = problem.room - given.sum(axis=0) @ problem.use
    given[~sure] = solved(replace(told_apart.rows(~sure), room=left))
    return given


@dataclass(frozen=True, slots=True)
class _Clear:
    """What each row would choose at some prices, and how far that is ahead of the next; the last option is nothing."""

    option: Ints
    ahead: Floats

    @classmethod
    def of(cls, problem: Problem, prices: Floats) -> _Clear:
        net = np.where(problem.worth > 0, problem.worth - problem.use @ prices, -np.inf)
        net = np.column_stack([net, np.zeros(len(net))])
        two = np.partition(net, -2, axis=1)[:, -2:]
        return cls(net.argmax(axis=1), two[:, 1] - two[:, 0])

    def given(self, problem: Problem) -> tuple[Ints, NDArray[np.bool_]]:
        """Return what the clear rows get, and which rows those are: all but as many as can be solved exactly."""
        order = np.argsort(self.ahead, kind="stable")
        unknowns = np.cumsum((problem.worth > 0).sum(axis=1)[order])
        sure = np.ones(len(order), bool)
        sure[order[: int(np.searchsorted(unknowns, _EXACT))]] = False
        while True:
            given = np.zeros(problem.worth.shape, np.int64)
            gets = np.flatnonzero(sure & (self.option < problem.worth.shape[1]))
            given[gets, self.option[gets]] = problem.counts[gets]
            over = np.flatnonzero(given.sum(axis=0) @ problem.use > problem.room)
            if not len(over):
                return given, sure
            sure[self._least_clear(problem, order[sure[order]], int(over[0]))] = False

    def _least_clear(self, problem: Problem, sure: Ints, resource: int) -> Ints:
        """Return the least clear rows without which what is overdrawn is not; `sure` comes least clear first."""
        sure = sure[self.option[sure] < problem.worth.shape[1]]
        taken = problem.use[self.option[sure], resource] * problem.counts[sure]
        enough = int(np.searchsorted(np.cumsum(taken), taken.sum() - problem.room[resource]))
        found: Ints = sure[: enough + 1][taken[: enough + 1] > 0]
        return found


def _handed_out(given: Ints, worth: Floats, of_person: NDArray[np.intp]) -> Ints:
    """Hand out what each row gets to its people, the better options first."""
    got = np.full(len(of_person), NOBODY, np.int64)
    order = np.argsort(of_person, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(of_person, minlength=len(given)))])
    for row in np.flatnonzero(given.any(axis=1)):
        options = np.argsort(-worth[row], kind="stable")
        parts = np.repeat(options, given[row][options])
        got[order[starts[row] : starts[row] + len(parts)]] = parts
    return got
