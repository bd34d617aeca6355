"""Who gets what next: Thompson sampling in batches, with propensities that can be logged because they are computed."""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.learn.means import Floats

Ints = NDArray[np.integer[Any]]

FLOOR = 0.01
"""Each arm keeps at least this propensity (GrowthBook's default), so that the log can value any later policy."""
FEWEST_AN_ARM = 100
"""Equal shares until each arm has so many people (GrowthBook): before that, the weights would follow chance."""
_POINTS = 1_601
_WIDTH = 9.0


class Seen(NamedTuple):
    """What was seen of an arm: how many people and how many successes; fractions after forgetting."""

    n: float
    successes: float


class Belief(NamedTuple):
    """A normal belief about an arm's mean."""

    mean: float
    sd: float


def forgotten(seen: Sequence[Seen], keep: float) -> list[Seen]:
    """Return what still counts one cycle later: discounted Thompson sampling (Raj and Kalyani 2017).

    For a world that drifts. With keep = 0.9 the memory is worth about the last ten cycles; 1 forgets nothing.
    """
    return [Seen(keep * one.n, keep * one.successes) for one in seen]


def best_of_shares(seen: Sequence[Seen]) -> Floats:
    """Return each arm's chance to be the best, with Beta(1 + s, 1 + f) beliefs (Thompson 1933), by integration."""
    a = [1 + one.successes for one in seen]
    b = [1 + one.n - one.successes for one in seen]
    means = [x / (x + y) for x, y in zip(a, b, strict=True)]
    sds = [sqrt(m * (1 - m) / (x + y + 1)) for m, x, y in zip(means, a, b, strict=True)]
    grid = _grid(means, sds, 1e-12, 1 - 1e-12)
    log_density = np.array(
        [
            (x - 1) * np.log(grid) + (y - 1) * np.log1p(-grid) + lgamma(x + y) - lgamma(x) - lgamma(y)
            for x, y in zip(a, b, strict=True)
        ]
    )
    return _best(grid, np.exp(log_density))


def best_of_means(beliefs: Sequence[Belief]) -> Floats:
    """Return each arm's chance to be the best, with normal beliefs, by integration."""
    means, sds = [one.mean for one in beliefs], [max(one.sd, 1e-12) for one in beliefs]
    grid = _grid(means, sds, -np.inf, np.inf)
    z = (grid - np.array(means)[:, None]) / np.array(sds)[:, None]
    return _best(grid, np.exp(-0.5 * z**2) / np.array(sds)[:, None])


def propensities(best: Floats, floor: float = FLOOR) -> Floats:
    """Return floor + (1 - k floor) best: an additive floor keeps the order of the arms, which clipping does not."""
    k = len(best)
    if not 0 <= floor * k <= 1:
        raise ValueError(f"A floor of {floor:g} for each of {k} arms leaves nothing to allocate.")
    return np.asarray(floor + (1 - k * floor) * best)


def allocation(seen: Sequence[Seen], floor: float = FLOOR) -> Floats:
    """Return the propensities of the next batch; equal ones until each arm has FEWEST_AN_ARM people."""
    if min(one.n for one in seen) < FEWEST_AN_ARM:
        return np.full(len(seen), 1 / len(seen))
    return propensities(best_of_shares(seen), floor)


def arms_for(draws: Floats, shares: Floats) -> Ints:
    """Return the arm that each number in [0, 1) falls to: with a keyed draw the same person gets the same arm again."""
    return np.minimum(np.searchsorted(np.cumsum(shares), draws, side="right"), len(shares) - 1)


def _grid(means: Sequence[float], sds: Sequence[float], low: float, high: float) -> Floats:
    """Return points that are dense wherever a belief has its mass, however narrow."""
    parts = [np.linspace(m - _WIDTH * s, m + _WIDTH * s, _POINTS) for m, s in zip(means, sds, strict=True)]
    return np.unique(np.clip(np.concatenate(parts), low, high))


def _best(grid: Floats, density: Floats) -> Floats:
    steps = np.diff(grid)
    mass = np.concatenate([np.zeros((len(density), 1)), (density[:, 1:] + density[:, :-1]) / 2 * steps], axis=1)
    below = np.cumsum(mass, axis=1)
    below /= below[:, -1:]
    chances = []
    for arm in range(len(density)):
        others = np.prod(np.delete(below, arm, axis=0), axis=0)
        chances.append(float(((others[1:] + others[:-1]) / 2 * np.diff(below[arm])).sum()))
    return np.array(chances) / sum(chances)
