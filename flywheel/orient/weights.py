"""How much each pillar counts: Johnson's relative weights with bootstrap intervals, or equal weights where too few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id

Floats = NDArray[np.floating[Any]]

LEAST_ROWS = 200
"""Below this many whole rows the weights are equal (methods 4.5; own rule)."""
_DRAWS = 500
_TINY = 1e-9


class Weight(NamedTuple):
    """The part of what can be explained that one driver explains, with its 95 % bootstrap interval; all add up to 1."""

    driver: str
    value: float
    low: float
    high: float


def relative_weights(drivers: Floats, outcome: Floats) -> Floats:
    """Return the relative weights of the drivers (columns); they add up to R² (Johnson 2000, Multivar. Behav. Res. 35).

    The drivers' correlations are split into orthogonal parts that are as near to them as can be; what the outcome has
    of each part is shared out by the squared correlations of drivers and parts.
    """
    together = np.corrcoef(np.column_stack([drivers, outcome]), rowvar=False)
    among, with_outcome = together[:-1, :-1], together[:-1, -1]
    values, vectors = np.linalg.eigh(among)
    root = vectors @ np.diag(np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    parts = np.linalg.pinv(root) @ with_outcome
    weights: Floats = root**2 @ parts**2
    return weights


def driver_weights(
    names: Sequence[str], drivers: Floats, outcome: Floats, dice: np.random.Generator
) -> tuple[list[Weight], float, int]:
    """Return the weights, R² and on how many whole rows they rest; equal weights without intervals where too few.

    Bootstrap: rows drawn with replacement, 95 % percentiles (Tonidandel, LeBreton and Johnson 2009, Psych. Methods 14).
    """
    whole = ~np.isnan(outcome) & ~np.isnan(drivers).any(axis=1)
    x, y = drivers[whole], outcome[whole]
    n, k = len(y), len(names)
    if n < LEAST_ROWS or k < 2 or y.std() < _TINY or (x.std(axis=0) < _TINY).any():
        return [Weight(name, 1 / k, 0.0, 1.0) for name in names], float("nan"), n
    raw = relative_weights(x, y)
    draws = np.empty((_DRAWS, k))
    for at in range(_DRAWS):
        rows = dice.integers(0, n, n)
        drawn = relative_weights(x[rows], y[rows])
        draws[at] = drawn / drawn.sum()
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    shares = raw / raw.sum()
    weights = [
        Weight(*one) for one in zip(names, shares.tolist(), low.tolist(), high.tolist(), strict=True)
    ]  # fmt: skip
    return weights, float(raw.sum()), n


def weight_findings(
    weights: Sequence[Weight], explained: float, n: int, outcome: str, about: tuple[str, Voice, str]
) -> list[Finding]:
    """Return the weights as findings; `about` is our brand, the voice and the cycle."""
    brand, voice, cycle_id = about
    equal = explained != explained  # noqa: PLR0124 - not a number: nothing was estimated
    words = f"equal, for only {n:,} people answered everything" if equal else f"R² {explained:.2f}, {n:,} rows"
    return [
        Finding(
            id=content_id("finding", cycle_id, "pillar weight", voice, outcome, one.driver), cycle_id=cycle_id,
            kind="pillar weight", voice=voice, brand=brand, subject=one.driver, part=outcome, basis="survey",
            unit="share", value=one.value, low=None if equal else one.low, high=None if equal else one.high, n=n,
            verdict="cannot tell" if equal else "", weight=one.value,
            statement=f"{one.driver} makes {one.value:.0%} of what explains {outcome} ({words}).",
        )
        for one in weights
    ]  # fmt: skip
