"""A thousand series of daily counts with a known truth: how often a warning is false, how soon a doubling is found.

Seeded; the suite runs a small part of it (tests/orient/test_warnings.py), `python tests/benchmarks/simulated_counts.py`
all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from flywheel.domain.sums import DayCount
from flywheel.orient.warnings import EVERYTHING, PAST_DAYS, RUN_IN, Span, warnings

SEED = 20260302
START = date(2026, 1, 5)
WEEKDAYS = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.85, 0.8])
LEVELS = (0.3, 1.0, 5.0, 20.0)
EXTRA = (0.0, 0.0, 0.1)
"""Two series in three are Poisson, one has more spread than that (negative binomial, var = m + m²/10)."""


def drawn(dice: np.random.Generator, levels: Sequence[float], days: int, doubled_from: int | None = None) -> np.ndarray:
    """Return series by days; from a day on twice as much is said."""
    mean = np.outer(levels, WEEKDAYS[np.arange(days) % 7])
    if doubled_from is not None:
        mean[:, doubled_from:] *= 2
    extra = np.array([EXTRA[at % 3] for at in range(len(levels))])[:, None]
    spread = dice.gamma(1 / np.maximum(extra, 1e-9), np.maximum(extra, 1e-9), mean.shape)
    return dice.poisson(np.where(extra > 0, mean * spread, mean))


def alarms(counts: np.ndarray, first: int, days: int) -> set[int]:
    """Return which series a turn warns of that looks at some days, as a project would see them."""
    rows = [
        DayCount("Own", "customer", f"t{at:04}", (START + timedelta(days=day)).isoformat(), n)
        for at in range(len(counts))
        for day, n in enumerate(counts[at, : first + days].tolist())
        if n and day >= first - PAST_DAYS - RUN_IN
    ]
    span = Span(START + timedelta(days=first), START + timedelta(days=first + days), START)
    return {int(one.subject[1:]) for one in warnings(rows, span, "c") if one.subject != EVERYTHING}


def false_alarms(dice: np.random.Generator, series: int, weeks: int, every: int = 7) -> float:
    """Return false alarms per 30 series-weeks, looked at every so many days."""
    levels = [LEVELS[at % len(LEVELS)] for at in range(series)]
    first = PAST_DAYS + RUN_IN
    counts = drawn(dice, levels, first + 7 * weeks)
    told = sum(len(alarms(counts, day, every)) for day in range(first, first + 7 * weeks, every))
    return 30 * told / (series * weeks)


def found_within(dice: np.random.Generator, series: int, days: int, level: float = 5.0) -> float:
    """Return the share of doublings that daily turns warn of within some days; one series in ten doubles."""
    first = PAST_DAYS + RUN_IN
    counts = drawn(dice, [level] * series, first + days)
    doubled = drawn(dice, [level] * series, first + days, first)[::10]
    counts[::10] = doubled
    found: set[int] = set()
    for day in range(days):
        found |= {at for at in alarms(counts, first + day, 1) if at % 10 == 0}
    return len(found) / len(doubled)


def main() -> None:
    """Print the figures of a thousand series."""
    dice = np.random.default_rng(SEED)
    weekly, daily = false_alarms(dice, 1_000, 8), false_alarms(dice, 1_000, 8, every=1)
    print(f"false alarms per 30 series-weeks: {weekly:.2f} looked at weekly, {daily:.2f} daily (1,000 series, 8 weeks)")
    for level in (2.0, 5.0, 10.0):
        print(f"a doubling of {level:g} a day: found within 4 days in {found_within(dice, 1_000, 4, level):.0%}")


if __name__ == "__main__":
    main()
