"""The gap of two measures with its interval: sampling error and, for texts, the errors of whoever reads them."""

from __future__ import annotations

from math import hypot, sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail, t_quantile, t_tail
from flywheel.domain.intervals import Z_95, newcombe, wilson
from flywheel.domain.standing import Measure

_NPS_ADDED = 3.0
"""Rocks (2016, The American Statistician 70), adjusted Wald (3, T): three answers more, one quarter at each end."""
_SAME_SPREAD = 1e-6


class Gap(NamedTuple):
    """Own less theirs in the measure's unit, its 95 % interval, and the two-sided p of no gap."""

    value: float
    low: float
    high: float
    p: float


class _Spread(NamedTuple):
    centre: float
    error: float
    low: float
    high: float
    p: float


def gap_of(own: Measure, theirs: Measure) -> Gap | None:
    """Return the gap of two measures, None where one says nothing of its n or spread.

    Shares: Newcombe's interval and the pooled score test. NPS: Rocks' adjusted Wald. Means: Welch. The reader's errors
    (`reader_sd` of both) are added in squares: misreading that differs from brand to brand is a bias that no number
    of texts makes smaller. The ends that lie away from zero are divided by `dilution`: equal misreading of both brands
    makes a true gap look smaller, never larger (Barron 1977, Biometrics 33).
    """
    if own.n is None or theirs.n is None or own.sd is None or theirs.sd is None or min(own.n, theirs.n) < 1:
        return None
    value = own.value - theirs.value
    found = _shares(own, theirs) if _is_count(own) and _is_count(theirs) else _means(own, theirs)
    reader = hypot(own.reader_sd, theirs.reader_sd)
    if reader == 0:
        return Gap(value, found.low, found.high, found.p)
    low = value - hypot(value - found.low, Z_95 * reader)
    high = value + hypot(found.high - value, Z_95 * reader)
    shown = min(own.dilution, theirs.dilution)
    return Gap(
        value, low / shown if low < 0 else low, high / shown if high > 0 else high,
        normal_tail(found.centre / hypot(found.error, reader)),
    )  # fmt: skip


def interval_of(one: Measure) -> tuple[float | None, float | None]:
    """Return the 95 % interval of one figure (Wilson, or normal), the reader's errors in it; None where not known."""
    if one.n is None or one.sd is None or one.n < 1:
        return None, None
    if _is_count(one):
        low, high = wilson(round(one.value * one.n), one.n)
    else:
        centre, variance, _ = _mean(one)
        low, high = centre - Z_95 * sqrt(variance), centre + Z_95 * sqrt(variance)
    reader = Z_95 * one.reader_sd
    return one.value - hypot(one.value - low, reader), one.value + hypot(high - one.value, reader)


def _is_count(one: Measure) -> bool:
    """Return whether a share was counted, answer by answer: its spread is then sqrt(p (1 - p))."""
    assert one.sd is not None
    return one.unit == "share" and 0 <= one.value <= 1 and abs(one.sd**2 - one.value * (1 - one.value)) < _SAME_SPREAD


def _shares(own: Measure, theirs: Measure) -> _Spread:
    n1, n2 = own.n or 0, theirs.n or 0
    s1, s2 = round(own.value * n1), round(theirs.value * n2)
    value, low, high = newcombe(s1, n1, s2, n2)
    pooled = (s1 + s2) / (n1 + n2)
    error = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return _Spread(value, error, low, high, normal_tail(value / error) if error else 1.0)


def _means(own: Measure, theirs: Measure) -> _Spread:
    (m1, v1, n1), (m2, v2, n2) = _mean(own), _mean(theirs)
    centre, error = m1 - m2, sqrt(v1 + v2)
    if error == 0:
        return _Spread(centre, 0.0, centre, centre, float(centre == 0))
    if own.unit == "points" or min(n1, n2) < 2:
        return _Spread(centre, error, centre - Z_95 * error, centre + Z_95 * error, normal_tail(centre / error))
    df = max((v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1)), 1.0)  # Welch 1947, Satterthwaite 1946
    half = t_quantile(0.95, df) * error
    return _Spread(centre, error, centre - half, centre + half, t_tail(centre / error, df))


def _mean(one: Measure) -> tuple[float, float, int]:
    """Return a mean, its variance and n; of NPS after three more answers, so that few answers are not sure of it."""
    n, sd = one.n or 0, one.sd or 0.0
    if one.unit != "points":
        return one.value, sd**2 / n, n
    net, spread = one.value / 100, (sd / 100) ** 2
    whole = n + _NPS_ADDED
    both = ((spread + net**2) * n + _NPS_ADDED / 2) / whole
    net = net * n / whole
    return 100 * net, 10_000 * (both - net**2) / whole, n
