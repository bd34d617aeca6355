"""Intervals of shares and of their differences, with the sources of the formulas."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

Z_95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval of a share (Wilson 1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    Of nothing seen, nothing is known: n = 0 gives (0, 1).
    """
    _check(successes, n)
    if n == 0:
        return 0.0, 1.0
    p, z2 = successes / n, z * z
    centre = p + z2 / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)
    return (0.0 if successes == 0 else low), (1.0 if successes == n else high)


def newcombe(s1: int, n1: int, s2: int, n2: int, z: float = Z_95) -> tuple[float, float, float]:
    """Return s1/n1 - s2/n2 with its interval (Newcombe 1998, Statistics in Medicine 17, method 10).

    d - √((p1-l1)² + (u2-p2)²) to d + √((u1-p1)² + (p2-l2)²) with Wilson's l and u. Raises ValueError for n = 0.
    """
    if n1 == 0 or n2 == 0:
        raise ValueError("A share of nothing has no difference to another: both n must be above 0.")
    (l1, u1), (l2, u2) = wilson(s1, n1, z), wilson(s2, n2, z)
    p1, p2 = s1 / n1, s2 / n2
    difference = p1 - p2
    low = difference - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = difference + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return difference, low, high


def z_for(comparisons: int) -> float:
    """Return z so that all of several intervals hold together with 95 % (Bonferroni: 1 - 0.05 / 2k)."""
    return NormalDist().inv_cdf(1 - 0.05 / (2 * max(comparisons, 1)))


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share: the part must lie between 0 and the whole.")
