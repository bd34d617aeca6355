"""What people did before the trial, taken out of what they did in it: the same effect, seen with fewer people."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.learn.means import Floats


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


def _within(values: Floats, arms: NDArray[np.integer[Any]]) -> Floats:
    counts = np.maximum(np.bincount(arms), 1)
    means = np.bincount(arms, weights=values) / counts
    return np.asarray(values - means[arms])
