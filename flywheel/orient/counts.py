"""Daily counts against their own past: what is expected of each day, and whether more came than chance explains."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.intervals import Z_95

Floats = NDArray[np.floating[Any]]

RISE = 2.0
"""The rise that is looked for: a doubling."""
ALARM = 3.4
"""Height at which it is said: about one false alarm in 40 series-weeks (tests/benchmarks/simulated_counts.py)."""
_WEEK = 7
_PRIOR_DAY = 4.0
"""A weekday's factor is held to 1 by so many typical days."""
_DOUBT = 0.5
"""Standard errors by which the extra spread of counts is taken larger than it was measured."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a past says of series of counts (rows), by day of the week from the past's first day on.

    `level` is the mean a day, `factor` has seven columns, `extra` is a in var = m + a m² (negative binomial), `total`
    the sum of the past.
    """

    level: Floats
    factor: Floats
    extra: Floats
    total: Floats
    days: int

    @classmethod
    def of(cls, counts: Floats) -> Past:
        """Return what a past of whole days says; `counts` is series by days."""
        n, days = counts.shape
        total, day = counts.sum(axis=1), np.arange(days) % _WEEK
        mean = total / days
        factor = np.ones((n, _WEEK))
        for one in range(_WEEK):
            held = _PRIOR_DAY * np.maximum(mean, 0.2)
            factor[:, one] = (counts[:, day == one].sum(axis=1) + held) / ((day == one).sum() * mean + held)
        fitted = mean[:, None] * factor[:, day]
        square = np.maximum((fitted**2).sum(axis=1), 1e-9)
        free = days / max(days - _WEEK, 1)
        extra = ((counts - fitted) ** 2 * free - fitted).sum(axis=1) / square
        error = sqrt(2 / days) * (1 / np.maximum(mean, 0.1) + np.maximum(extra, 0))
        level = (total + 0.5) / days
        return cls(level, factor, np.maximum(extra + _DOUBT * error, 0.0), total, days)

    def expected(self, first: int, days: int) -> Floats:
        """Return the expected counts of some days, numbered from the past's first day."""
        return self.level[:, None] * self.factor[:, np.arange(first, first + days) % _WEEK]


@dataclass(frozen=True, slots=True)
class Rise:
    """What a run of days says: whether and when (day of the run) each series was last found to rise.

    `alarm` is -1 where it was not; `began` is the day on which the rise seems to have begun; `p` is that of no rise.
    """

    alarm: NDArray[np.intp]
    began: NDArray[np.intp]
    p: Floats


def rises(past: Past, run: Floats, first: int, look_from: int, lift: Floats | float = 1.0) -> Rise:
    """Return which series rise in a run of days whose first is day `first` of the past; said from `look_from` on.

    `lift` is by how much more everything else was heard (a column): only what goes beyond that is a rise.

    A CUSUM of log likelihood ratios of doubled against expected counts (Page 1954; Lucas 1985 for counts), negative
    binomial, with the doubt about the level taken in as more spread. p <= days e^-peak by Ville's inequality.
    """
    n, days = run.shape
    expected = past.expected(first, days) * lift
    extra = past.extra + 1 / (past.total + 0.5)
    size = 1 / extra
    height, whole, peak = np.zeros(n), np.zeros(n), np.zeros(n)  # `whole` goes on after an alarm, for p
    start, began = np.zeros(n, dtype=np.intp), np.full(n, -1, dtype=np.intp)
    alarm = np.full(n, -1, dtype=np.intp)
    for day in range(days):
        m = expected[:, day]
        gain = run[:, day] * np.log(RISE * (size + m) / (size + RISE * m)) - size * np.log(
            (size + RISE * m) / (size + m)
        )
        start = np.where(height <= 0, day, start)
        height = np.maximum(height + gain, 0.0)
        whole = np.maximum(whole + gain, 0.0)
        peak = np.maximum(peak, whole if day >= look_from else 0.0)
        found = height >= ALARM
        told = found & (day >= look_from)
        alarm, began = np.where(told, day, alarm), np.where(told, start, began)
        height = np.where(found, 0.0, height)
    return Rise(alarm, began, np.minimum(days * np.exp(-peak), 1.0))


def forecast(past: Past, run: Floats, first: int, began: int, ahead: int) -> tuple[float, float, float]:
    """Return how many texts the next days bring if a rise since day `began` of the run goes on, with 95 % bounds.

    For one series (row 0). The quantiles are of a gamma distribution with the forecast's mean and variance (Wilson and
    Hilferty 1931): chance of the counts, their extra spread, and the doubt about the new level.
    """
    seen = float(run[0, began:].sum())
    usual = float(past.expected(first + began, run.shape[1] - began).sum())
    coming = past.expected(first + run.shape[1], ahead)
    now = (seen + 0.5) / (usual + 0.5)
    mean = float(coming.sum()) * now
    variance = mean + float(past.extra[0]) * float((coming**2).sum()) * now**2 + mean**2 / (seen + 0.5)
    part = variance / mean**2 / 9
    low, high = (mean * max(1 - part + z * sqrt(part), 0.0) ** 3 for z in (-Z_95, Z_95))
    return mean, low, high
