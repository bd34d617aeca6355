"""Heavy tails: when a few people carry the sum, a mean says little; how to tell, and a second opinion."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flywheel.domain.trial import Sums
from flywheel.learn.means import Floats

HEAVY_SHARE = 0.25
"""When the top 1 % of the people carry more than this of the sum, one of them more or less moves the mean."""
HEAVY_KURTOSIS = 50.0
"""Excess kurtosis past which the normal approximation needs thousands of people an arm (Kohavi et al. 2014, KDD)."""
_TOP = 0.01
_LARGEST_BLOCK = 20_000_000


class Tails(NamedTuple):
    """How much of the sum the top 1 % carry, and the excess kurtosis (0 for a normal distribution)."""

    top_share: float
    kurtosis: float

    @property
    def heavy(self) -> bool:
        """Whether a reader must be told."""
        return self.top_share > HEAVY_SHARE or self.kurtosis > HEAVY_KURTOSIS


def tails(values: Floats) -> Tails:
    """Return how heavy the tails of a metric are, all arms together."""
    sizes = np.sort(np.abs(values))
    whole = float(sizes.sum())
    top = max(1, int(np.ceil(_TOP * len(sizes))))
    centred = values - values.mean()
    variance = float((centred**2).mean())
    kurtosis = float((centred**4).mean()) / variance**2 - 3 if variance > 0 else 0.0
    return Tails(float(sizes[-top:].sum()) / whole if whole else 0.0, kurtosis)


def kurtosis_of(sums: Sums) -> float:
    """Return the excess kurtosis of amounts that were only added up (their moments about the mean)."""
    mean, squares, cubes, fourths = (one / sums.n for one in (sums.total, sums.squares, sums.cubes, sums.fourths))
    variance = squares - mean**2
    if variance <= 0:
        return 0.0
    return (fourths - 4 * mean * cubes + 6 * mean**2 * squares - 3 * mean**4) / variance**2 - 3


def bootstrap(treated: Floats, control: Floats, dice: np.random.Generator, draws: int = 2_000) -> tuple[float, float]:
    """Return the 95 % percentile interval of the difference of means (Efron and Tibshirani 1993, chapter 13).

    Zeros are drawn as a count, so that a metric of few events costs its events only.
    """
    moved = _means(treated, dice, draws) - _means(control, dice, draws)
    low, high = np.quantile(moved, [0.025, 0.975])
    return float(low), float(high)


def _means(values: Floats, dice: np.random.Generator, draws: int) -> Floats:
    events = values[values != 0]
    if len(events) == 0:
        return np.zeros(draws)
    counts = dice.binomial(len(values), len(events) / len(values), draws)
    sums = np.empty(draws)
    step = max(1, _LARGEST_BLOCK // len(events))
    for start in range(0, draws, step):
        block = counts[start : start + step]
        drawn = events[dice.integers(0, len(events), int(block.sum()))]
        owner = np.repeat(np.arange(len(block)), block)
        sums[start : start + step] = np.bincount(owner, weights=drawn, minlength=len(block))
    return sums / len(values)
