"""Prices of what is scarce: at the right ones, people who choose for themselves want just what there is.

They minimise the Lagrangian dual, prices x room + the sum over people of the best net worth, whose value at any prices
is a bound that no way of giving can beat. Cutting planes in a box around the best prices so far (Kelley 1960, with the
trust region of Marsten et al. 1975); each step looks at all people once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flywheel.decide.solver import Floats, Problem, lowest

_STEPS = 80
_ENOUGH = 1e-6
_WIDER, _NARROWER = 2.0, 0.5


class Bound(NamedTuple):
    """What the dual is at some prices, and which way it falls."""

    at: Floats
    value: float
    slope: Floats


def prices_of(problem: Problem) -> Floats:
    """Return the price of a unit of each resource, 0 where there is enough of it."""
    return tightest(problem).at


def tightest(problem: Problem) -> Bound:
    """Return the lowest bound found on what everybody together can get; tiers count alike."""
    scale = float(problem.worth.max(initial=0.0))
    per_unit = np.where(problem.use > 0, problem.use, np.nan)
    dearest = scale / np.nanmin(np.vstack([per_unit, np.ones(len(problem.room))]), axis=0)
    best = _bound(problem, np.zeros(len(problem.room)))
    cuts, width = [best], 0.5
    for _ in range(_STEPS):
        lower, upper = np.maximum(best.at - width * dearest, 0.0), np.minimum(best.at + width * dearest, dearest)
        slopes = np.array([one.slope for one in cuts])
        offsets = np.array([one.value - one.slope @ one.at for one in cuts])
        at, foreseen = lowest(slopes, offsets, lower, upper)
        if best.value - foreseen < _ENOUGH * abs(best.value):
            break
        found = _bound(problem, at)
        cuts.append(found)
        width *= _WIDER if found.value < best.value else _NARROWER
        best = min(best, found, key=lambda one: one.value)
    return best


def _bound(problem: Problem, prices: Floats) -> Bound:
    net = np.where(problem.worth > 0, problem.worth - problem.use @ prices, 0.0)
    option = net.argmax(axis=1)
    best = net[np.arange(len(net)), option]
    wants = best > 0
    asked = np.bincount(option[wants], weights=problem.counts[wants], minlength=problem.worth.shape[1]) @ problem.use
    value = float(prices @ problem.room + (best[wants] * problem.counts[wants]).sum())
    return Bound(prices, value, problem.room - asked)
