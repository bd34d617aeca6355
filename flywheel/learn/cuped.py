"""What people did before the trial, taken out of what they did in it: the same effect, seen with fewer people."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.trial import Sums
from flywheel.learn.means import Floats, Sample


class Cuped(NamedTuple):
    """Values with the part removed that the time before foretells, and the share of the variance that went with it."""

    values: Floats
    explained: float


def cuped(values: Floats, before: Floats, arms: NDArray[np.integer[Any]]) -> Cuped:
    """Return Y - theta (X - mean X), theta = cov(X, Y) / var(X) (Deng, Xu, Kohavi and Walker 2013, WSDM).

    theta is taken within the arms, so that an effect does not enter it. Who has no X (nan) keeps the mean: X is from
    before the trial, so who lacks one does not depend on the arm.
    """
    x = np.where(np.isnan(before), np.nanmean(before) if not np.isnan(before).all() else 0.0, before)
    within_x, within_y = _within(x, arms), _within(values, arms)
    spread = float(within_x @ within_x)
    if spread == 0:
        return Cuped(values, 0.0)
    theta = float(within_x @ within_y) / spread
    whole = float(within_y @ within_y)
    return Cuped(values - theta * (x - x.mean()), theta**2 * spread / whole if whole else 0.0)


class Adjusted(NamedTuple):
    """Two arms in short, with the part removed that the time before foretells, and the share of variance it was."""

    treated: Sample
    control: Sample
    explained: float


def adjusted(treated: Sums, control: Sums) -> Adjusted:
    """Return the same from sums: `cuped` on the people behind them gives equal means and variances."""
    arms = (treated, control)
    spread, shared, whole = (sum(one) for one in zip(*(_centred(one) for one in arms), strict=True))
    theta = shared / spread if spread > 0 else 0.0
    middle = sum(one.before for one in arms) / sum(one.n for one in arms)
    first, second = (_sample(one, theta, middle) for one in arms)
    return Adjusted(first, second, theta * shared / whole if whole > 0 else 0.0)


def _centred(one: Sums) -> tuple[float, float, float]:
    """Return sum (x - mean x)², sum (x - mean x)(y - mean y), sum (y - mean y)² of one arm."""
    x, y = one.before / one.n, one.total / one.n
    return one.before_squares - one.n * x**2, one.product - one.n * x * y, one.squares - one.n * y**2


def _sample(one: Sums, theta: float, middle: float) -> Sample:
    spread, shared, whole = _centred(one)
    mean = one.total / one.n - theta * (one.before / one.n - middle)
    left = whole - 2 * theta * shared + theta**2 * spread
    return Sample(one.n, mean, max(left, 0.0) / max(one.n - 1, 1), one.zeros)


def _within(values: Floats, arms: NDArray[np.integer[Any]]) -> Floats:
    counts = np.maximum(np.bincount(arms), 1)
    means = np.bincount(arms, weights=values) / counts
    return np.asarray(values - means[arms])
