"""Effects in segments, each drawn towards their common mean as far as chance alone could explain the differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flywheel.domain.distributions import chi2_tail
from flywheel.domain.intervals import Z_95
from flywheel.domain.record import Record
from flywheel.learn.means import Floats

_STEPS = 201


class Shrunk(Record):
    """One segment's effect: as measured, and drawn towards the mean of all with its interval."""

    measured: float
    effect: float
    low: float
    high: float


class Pooled(Record):
    """All segments together: their mean, how much they really differ (sd), and the p of no difference at all."""

    mean: float
    standard_error: float
    sd: float
    differ_p: float
    segments: list[Shrunk]


def pooled(effects: Sequence[float], errors: Sequence[float]) -> Pooled:
    """Return effects with partial pooling; none is a winner until its own interval says so.

    Each is drawn towards the mean by V / (V + tau²), as James and Stein do (Efron and Morris 1975, JASA 70); how much
    segments differ, tau, is itself in doubt and averaged over, from a flat prior (Rubin 1981; Gelman et al., Bayesian
    Data Analysis, 3rd ed., 5.4): one estimate of tau would make the intervals too short. `differ_p` is Cochran's Q.
    """
    y, v = np.asarray(effects, dtype=np.float64), np.asarray(errors, dtype=np.float64) ** 2
    tau2 = _grid(y, v)[:, None] ** 2
    weights = 1 / (v + tau2)
    error2 = 1 / weights.sum(axis=1)
    mean = (weights * y).sum(axis=1) * error2
    fit = 0.5 * np.log(error2) + 0.5 * np.log(weights).sum(axis=1)
    fit -= 0.5 * (weights * (y - mean[:, None]) ** 2).sum(axis=1)
    chance = np.exp(fit - fit.max())
    chance /= chance.sum()
    keep = tau2 * weights
    centre = mean[:, None] + keep * (y - mean[:, None])
    spread2 = keep * v + (1 - keep) ** 2 * error2[:, None]
    centres, halves = _mixed(chance, centre, spread2)
    [whole], [whole_half] = _mixed(chance, mean[:, None], error2[:, None])
    shown = [
        Shrunk(measured=float(m), effect=float(e), low=float(e - h), high=float(e + h))
        for m, e, h in zip(y, centres, halves, strict=True)
    ]
    return Pooled(
        mean=float(whole), standard_error=float(whole_half) / Z_95, sd=float(chance @ np.sqrt(tau2[:, 0])),
        differ_p=_differ_p(y, v), segments=shown,
    )  # fmt: skip


def _grid(y: Floats, v: Floats) -> Floats:
    """Return the spreads between segments that are thought of: from none to five times what is seen."""
    widest = 5 * max(float(np.std(y)), float(np.sqrt(v.min())), 1e-12)
    return np.linspace(0, widest if len(y) > 1 else 0.0, _STEPS if len(y) > 1 else 1)


def _mixed(chance: Floats, centre: Floats, spread2: Floats) -> tuple[Floats, Floats]:
    middle = chance @ centre
    variance = chance @ (spread2 + (centre - middle) ** 2)
    return middle, Z_95 * np.sqrt(variance)


def _differ_p(y: Floats, v: Floats) -> float:
    if len(y) < 2:
        return 1.0
    fixed = (y / v).sum() / (1 / v).sum()
    return chi2_tail(float(((y - fixed) ** 2 / v).sum()), len(y) - 1)
