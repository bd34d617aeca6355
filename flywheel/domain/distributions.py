"""The tails and quantiles that our intervals and checks need and the standard library does not have."""

from __future__ import annotations

from math import cos, erfc, exp, expm1, lgamma, log, log1p, pi, sin, sqrt
from statistics import NormalDist


def normal_tail(z: float) -> float:
    """Return the two-sided p of a z value."""
    return erfc(abs(z) / sqrt(2))


def t_tail(t: float, df: float) -> float:
    """Return the two-sided p of a t value, by Wallace's normal deviate (1959, Annals of Mathematical Statistics 30).

    z = (8 df + 1) / (8 df + 3) sqrt(df ln(1 + t²/df)): right to 0.001 from 4 degrees of freedom on.
    """
    return normal_tail((8 * df + 1) / (8 * df + 3) * sqrt(df * log1p(t * t / df)))


def t_quantile(level: float, df: float) -> float:
    """Return t so that the share `level` lies between -t and t (Hill 1970, Algorithm 396, CACM 13); df from 1 on.

    Right to 0.0001 from 3 degrees of freedom on, exact for 1 and 2.
    """
    tail = 1 - level
    if df < 1:
        raise ValueError(f"{df} degrees of freedom are too few for an interval: there must be at least 1.")
    if df == 1:
        return cos(tail * pi / 2) / sin(tail * pi / 2)
    if df == 2:
        return sqrt(2 / (tail * (2 - tail)) - 2)
    a = 1 / (df - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * df
    y = (d * tail) ** (2 / df)
    return sqrt(df * (_near(y, df, d) if y <= 0.05 + a else _far(tail, df, a, (b, c, d))))


def chi2_tail(x: float, df: int) -> float:
    """Return the chance of a chi-squared value of x or more (Abramowitz and Stegun 26.4.4, 26.4.5: finite sums)."""
    if x <= 0:
        return 1.0
    half = x / 2
    tail = erfc(sqrt(half)) if df % 2 else exp(-half)
    for k in range(2 - df % 2, df, 2):
        tail += exp(k / 2 * log(half) - half - lgamma(k / 2 + 1))
    return min(tail, 1.0)


def _near(y: float, df: float, d: float) -> float:
    series = (1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3) + 0.5 / (df + 4)) * y - 1
    return series * (df + 1) / (df + 2) + 1 / y


def _far(tail: float, df: float, a: float, constants: tuple[float, float, float]) -> float:
    b, c, d = constants
    x = NormalDist().inv_cdf(tail / 2)
    y = x * x
    if df < 5:
        c += 0.3 * (df - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return expm1(a * y * y)
