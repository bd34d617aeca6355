"""Means and their differences: Welch's interval, what few events need, and the relative lift."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.distributions import t_quantile
from flywheel.domain.intervals import Z_95

Floats = NDArray[np.floating[Any]]

FEWEST_EVENTS = 5
"""A mean that rests on fewer values other than zero, both arms together, gets no interval: too little was seen."""
_RARE = 0.25
"""From this share of zeros on, a metric is something that happens to some people and not to others."""


class Sample(NamedTuple):
    """Values in short: how many, their mean, their variance (with n - 1), and how many of them are zero."""

    n: float
    mean: float
    variance: float
    zeros: float = 0.0

    @property
    def error2(self) -> float:
        """The squared standard error of the mean."""
        return self.variance / self.n


def sample_of(values: Floats, weights: Floats | None = None) -> Sample:
    """Return values in short; with weights (1 / propensity) as many as would carry as much (Kish 1965).

    The variance of a weighted mean is that of the ratio of two sums: sum w² (y - mean)² / (sum w)².
    """
    if weights is None:
        variance = float(values.var(ddof=1)) if len(values) > 1 else 0.0
        return Sample(len(values), float(values.mean()), variance, float(np.count_nonzero(values == 0)))
    total = float(weights.sum())
    mean = float((weights * values).sum()) / total
    n = total**2 / float((weights**2).sum())
    error2 = float((weights**2 * (values - mean) ** 2).sum()) / total**2
    zeros = n * float(weights[values == 0].sum()) / total
    return Sample(n, mean, error2 * n, zeros)


def degrees_of_freedom(one: Sample, other: Sample) -> float:
    """Return the degrees of freedom of a difference of means (Welch 1947, Satterthwaite 1946)."""
    a, b = one.error2, other.error2
    if a + b == 0:
        return one.n + other.n - 2
    return float((a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1)))


def welch(one: Sample, other: Sample, level: float = 0.95) -> tuple[float, float, float]:
    """Return one's mean less the other's with Welch's interval (1947, Biometrika 34). Raises ValueError for n < 2."""
    if min(one.n, other.n) < 2:
        raise ValueError("The spread of one value is not known: each sample must have at least 2.")
    difference = one.mean - other.mean
    half = t_quantile(level, max(degrees_of_freedom(one, other), 1.0)) * sqrt(one.error2 + other.error2)
    return difference, difference - half, difference + half


def with_rare_events(one: Sample, other: Sample) -> tuple[Sample, Sample] | None:
    """Return both samples with one more event of the usual size and one more zero, where most values are zeros.

    What Agresti and Caffo (2000, The American Statistician 54) do with shares, done with amounts: an arm in which
    hardly anything happened is not sure of it. For amounts of 1 it is their formula. Both samples as they are, where
    zeros are not frequent; None where fewer than FEWEST_EVENTS were seen: of them no interval can be made.
    """
    n, zeros = one.n + other.n, one.zeros + other.zeros
    if zeros < _RARE * n:
        return one, other
    events = n - zeros
    if events < FEWEST_EVENTS:
        return None
    size = sum(each.n * each.mean for each in (one, other)) / events
    square = sum((each.n - 1) * each.variance + each.n * each.mean**2 for each in (one, other)) / events
    return _with(one, size, square), _with(other, size, square)


def relative(one: Sample, other: Sample, z: float = Z_95) -> tuple[float, float, float] | None:
    """Return one / other - 1 with Fieller's interval (1954, JRSS B 16); None where the other may well be zero."""
    a, b = one.mean, other.mean
    v, w = z * z * one.error2, z * z * other.error2
    if b * b <= w:
        return None
    root = sqrt(max((a * b) ** 2 - (a * a - v) * (b * b - w), 0.0))
    low, high = sorted(((a * b - root) / (b * b - w), (a * b + root) / (b * b - w)))
    return a / b - 1, low - 1, high - 1


def _with(sample: Sample, size: float, square: float) -> Sample:
    n = sample.n + 2
    mean = (sample.n * sample.mean + size) / n
    squares = (sample.n - 1) * sample.variance + sample.n * sample.mean**2 + square
    return Sample(n, mean, max(squares - n * mean**2, 0.0) / (n - 1), sample.zeros + 1)
