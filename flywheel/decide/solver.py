"""HiGHS asked one question: how many of each row get each option, so that higher tiers have most, then the lower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flywheel.errors import PermanentError

if TYPE_CHECKING:
    from highspy import Highs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_GIVE = 1e-9
"""So much of a higher tier's worth, relatively, may be lost to rounding when a lower one is made the most of."""

_TO_THE_LAST, _NEARLY = 2_000, 1e-6
"""Up to so many unknowns nothing better exists; beyond, at most so much (relatively)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """People who are alike as rows: `worth` (rows x options, 0 = may not be), `counts` how many they are.

    `use` (options x resources) is what one of an option takes of `room`; tiers count from 0, the highest.
    """

    worth: Floats
    tier: Ints
    counts: Ints
    use: Floats
    room: Floats

    @property
    def size(self) -> int:
        """How many unknowns it has."""
        return int((self.worth > 0).sum())

    def rows(self, which: Ints | NDArray[np.bool_]) -> Problem:
        """Return the same question for some of the rows."""
        return Problem(self.worth[which], self.tier[which], self.counts[which], self.use, self.room)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Fractions of people allowed: the most that could be, tier by tier, and the price of a unit of each resource."""

    worth: float
    prices: Floats


def solved(problem: Problem) -> Ints:
    """Return how many of each row get each option, whole people only: the best there is, tier by tier."""
    solver = _Model(problem, whole=True)
    for tier in np.unique(problem.tier):
        solver.make_the_most_of(int(tier))
    return solver.given()


def relaxed(problem: Problem) -> Relaxed:
    """Return what could be reached if people could be divided, and the prices; for several tiers those of the last."""
    solver = _Model(problem, whole=False)
    most = sum(solver.make_the_most_of(int(tier)) for tier in np.unique(problem.tier))
    return Relaxed(worth=most, prices=solver.prices())


def lowest(slopes: Floats, offsets: Floats, lower: Floats, upper: Floats) -> tuple[Floats, float]:
    """Return where in a box the highest of some planes (slope x place + offset) is lowest, and how low that is."""
    import highspy

    cuts, n = slopes.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n + 1, cuts
    model.col_cost_ = np.array([*np.zeros(n), 1.0])
    model.col_lower_, model.col_upper_ = np.array([*lower, -np.inf]), np.array([*upper, np.inf])
    model.row_lower_, model.row_upper_ = np.full(cuts, -np.inf), -offsets
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.arange(0, cuts * (n + 1) + 1, n + 1, dtype=np.int32)
    model.a_matrix_.index_ = np.tile(np.arange(n + 1, dtype=np.int32), cuts)
    model.a_matrix_.value_ = np.column_stack([slopes, -np.ones(cuts)]).ravel()
    solver = _quiet()
    solver.passModel(model)
    solver.run()
    found: Floats = np.array(solver.getSolution().col_value)
    return found[:n], float(found[n])


class _Model:
    """The problem as HiGHS holds it; each tier that was made the most of stays so."""

    def __init__(self, problem: Problem, *, whole: bool) -> None:
        self._problem = problem
        self._row, self._option = np.nonzero(problem.worth > 0)
        self._worth = problem.worth[self._row, self._option]
        self._tier = problem.tier[self._row]
        gap = 0.0 if problem.size <= _TO_THE_LAST else _NEARLY
        self._solver = _solver(problem, self._row, self._option, whole=whole)
        self._solver.setOptionValue("mip_rel_gap", gap)

    def make_the_most_of(self, tier: int) -> float:
        """Maximise the worth of what a tier gets, then keep it; return it."""
        own = np.flatnonzero(self._tier == tier).astype(np.int32)
        cost = np.zeros(len(self._worth))
        cost[own] = self._worth[own]
        n = len(cost)
        self._solver.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
        self._solver.run()
        status = self._solver.modelStatusToString(self._solver.getModelStatus())
        if status not in ("Optimal", "Empty"):
            raise PermanentError(f"The solver found no way to share out what is scarce ({status}).")
        most = float(self._solver.getInfo().objective_function_value)
        self._solver.addRow(most - _GIVE * max(1.0, abs(most)), np.inf, len(own), own, self._worth[own])
        return most

    def given(self) -> Ints:
        """Return how many of each row get each option."""
        found = np.zeros(self._problem.worth.shape, np.int64)
        values = np.array(self._solver.getSolution().col_value)
        found[self._row, self._option] = np.rint(values).astype(np.int64)
        return found

    def prices(self) -> Floats:
        """Return what one more unit of each resource would have been worth."""
        duals: Floats = np.array(self._solver.getSolution().row_dual)
        at = len(self._problem.counts)
        prices: Floats = np.maximum(duals[at : at + len(self._problem.room)], 0.0)
        return prices


def _solver(problem: Problem, row: NDArray[np.intp], option: NDArray[np.intp], *, whole: bool) -> Highs:
    import highspy  # four tenths of a second: only where something is scarce

    n, rows, resources = len(row), len(problem.counts), len(problem.room)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, rows + resources
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_ = np.zeros(n), np.zeros(n)
    model.col_upper_ = problem.counts[row].astype(float)
    model.row_lower_ = np.full(rows + resources, -np.inf)
    model.row_upper_ = np.concatenate([problem.counts.astype(float), problem.room])
    use = problem.use[option]
    entries = np.column_stack([np.ones(n), use])
    places = np.column_stack([row, np.broadcast_to(np.arange(rows, rows + resources), (n, resources))])
    there = entries != 0
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    model.a_matrix_.index_, model.a_matrix_.value_ = places[there].astype(np.int32), entries[there]
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * n
    solver = _quiet()
    solver.passModel(model)
    return solver


def _quiet() -> Highs:
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, "mip_abs_gap": 1e-9}.items():
        solver.setOptionValue(name, value)
    return solver
