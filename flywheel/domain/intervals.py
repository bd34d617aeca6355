"""Intervals of shares, of their differences and of their ratios, with the sources of the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp, floor, log, sqrt
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


def median(values: Sequence[float], z: float = Z_95) -> tuple[float, float, float]:
    """Return the median with its interval by order statistics, free of any distribution (Conover 1999, section 3.2).

    The ranks are n/2 -+ z √n / 2, rounded outwards; of fewer than six values the interval is all of them.
    """
    if not values:
        raise ValueError("Of no values there is no median.")
    ordered, n = sorted(values), len(values)
    half = z * sqrt(n) / 2
    low, high = max(floor(n / 2 - half), 1) - 1, min(ceil(n / 2 + half) + 1, n) - 1
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2, ordered[low], ordered[high]


def rate_ratio(s1: int, n1: int, s2: int, n2: int, z: float = Z_95) -> tuple[float, float, float]:
    """Return (s1/n1) / (s2/n2) with its interval on the log scale (Katz et al. 1978, Biometrics 34).

    Where a count is zero, or everybody is in it, half a person is added everywhere (Pettigrew et al. 1986).
    """
    if n1 == 0 or n2 == 0:
        raise ValueError("A share of nothing has no ratio to another: both n must be above 0.")
    _check(s1, n1)
    _check(s2, n2)
    extreme = s1 in (0, n1) or s2 in (0, n2)
    half = 0.5 if extreme else 0.0
    a, b, m, n = s1 + half, s2 + half, n1 + half, n2 + half
    centre, spread = log((a / m) / (b / n)), sqrt(1 / a - 1 / m + 1 / b - 1 / n)
    return (exp(centre), exp(centre - z * spread), exp(centre + z * spread))


def odds_ratio(s1: int, n1: int, s2: int, n2: int, z: float = Z_95) -> tuple[float, float, float]:
    """Return the odds of s1 in n1 over those of s2 in n2 with Woolf's interval (1955, Annals of Human Genetics 19).

    Where a cell is zero, half is added to each (Haldane 1956, Anscombe 1956).
    """
    _check(s1, n1)
    _check(s2, n2)
    cells = (s1, n1 - s1, s2, n2 - s2)
    half = 0.5 if 0 in cells else 0.0
    a, b, c, d = (cell + half for cell in cells)
    centre, spread = log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return exp(centre), exp(centre - z * spread), exp(centre + z * spread)


def z_for(comparisons: int) -> float:
    """Return z so that all of several intervals hold together with 95 % (Bonferroni: 1 - 0.05 / 2k)."""
    return NormalDist().inv_cdf(1 - 0.05 / (2 * max(comparisons, 1)))


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share: the part must lie between 0 and the whole.")
