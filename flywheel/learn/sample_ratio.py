"""The sample-ratio check: are there as many people in each arm as chance and the plan would have put there?"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from flywheel.domain.distributions import chi2_tail, normal_tail
from flywheel.learn.means import Floats

THRESHOLD = 0.001
"""A smaller p blocks every verdict: common practice (docs.statsig.com, docs.growthbook.io: sample ratio mismatch)."""


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float] | None = None) -> float:
    """Return the p of Pearson's chi-squared over the arms; equal shares where none are planned.

    Fabijan et al. (2019, KDD), Diagnosing Sample Ratio Mismatch in Online Controlled Experiments.
    """
    planned = [1.0] * len(counts) if shares is None else list(shares)
    if len(planned) != len(counts) or min(planned) <= 0:
        raise ValueError("Each arm needs a planned share above 0.")
    n, whole = sum(counts), sum(planned)
    expected = [n * share / whole for share in planned]
    chi2 = sum((count - hoped) ** 2 / hoped for count, hoped in zip(counts, expected, strict=True)) if n else 0.0
    return chi2_tail(chi2, max(len(counts) - 1, 1))


def propensity_p(arms: Sequence[Floats], n: int) -> float:
    """Return the p of logged propensities, one array of them an arm: 1 / propensity adds up to everybody in each arm.

    That mean of 0 or 1 / propensity over all people is 1 if the propensities are true; z of the worst arm, times arms.
    """
    worst = 1.0
    for propensities in arms:
        weights = 1 / np.asarray(propensities)
        mean = float(weights.sum()) / n
        variance = float((weights**2).sum()) / n - mean**2
        if variance > 0:
            worst = min(worst, normal_tail((mean - 1) / sqrt(variance / n)))
    return min(1.0, worst * len(arms))
