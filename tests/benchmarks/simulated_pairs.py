"""Twenty thousand pairs of brands whose true gap is known: do the intervals hold it, and how often is a verdict wrong?

Seeded; the suite runs a small part of it (tests/orient/test_coverage.py), `python tests/benchmarks/simulated_pairs.py`
all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from flywheel.domain.standing import Measure
from flywheel.orient.gap import gap_of
from flywheel.orient.standings import StandingRules, compare

SEED = 20260302
NOW = datetime(2026, 3, 2, tzinfo=UTC)
RULES = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))
SIZES = (20, 50, 100, 300, 1_000, 5_000)
LARGE = 10
"""Expected counts from which on intervals must hold 94 to 96 %; below, at least 94 %."""


class Pair(NamedTuple):
    """Two figures that were drawn, their true gap, and whether every expected count is large."""

    own: Measure
    theirs: Measure
    gap: float
    large: bool


def pairs(dice: np.random.Generator, n: int) -> Iterator[tuple[str, Pair]]:
    """Yield pairs of shares, of NPS and of read texts, in turn."""
    for at in range(n):
        kind = ("share", "nps", "text")[at % 3]
        n1, n2 = (int(one) for one in dice.choice(SIZES, 2))
        yield kind, {"share": _shares, "nps": _nps, "text": _texts}[kind](dice, n1, n2)


def covered(dice: np.random.Generator, n: int) -> dict[tuple[str, bool], tuple[float, int]]:
    """Return how often the interval holds the true gap, by kind and by whether the counts are large."""
    held, seen = Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for kind, pair in pairs(dice, n):
        gap = gap_of(pair.own, pair.theirs)
        assert gap is not None
        seen[kind, pair.large] += 1
        held[kind, pair.large] += gap.low <= pair.gap <= gap.high
    return {key: (held[key] / seen[key], seen[key]) for key in sorted(seen)}


def wrong_verdicts(dice: np.random.Generator, families: int, peers: int = 20) -> tuple[float, float, int]:
    """Return the shares of families with any wrong verdict where all are equal, where half differ; and false levels.

    A verdict is wrong that says ahead or behind of equals, or the wrong way round; a level is false where the true
    gap is outside the margin.
    """
    equal = mixed = levels = 0
    for _ in range(families):
        for differ in (False, True):
            truth = np.full(peers + 1, 0.4)
            if differ:
                truth[1 : peers // 2] = np.clip(0.4 + dice.normal(0, 0.1, peers // 2 - 1), 0.05, 0.95)
            own, *others = (_share(f"b{at}", p, int(dice.choice(SIZES[2:])), dice) for at, p in enumerate(truth))
            wrong = False
            for one, p in zip(compare([own], others, RULES, "c", NOW), truth[1:], strict=True):
                gap = 0.4 - p
                wrong |= (one.verdict == "behind" and gap <= 0) or (one.verdict == "ahead" and gap >= 0)
                levels += one.verdict == "level" and abs(gap) > RULES.margin
            equal, mixed = equal + (wrong and not differ), mixed + (wrong and differ)
    return equal / families, mixed / families, levels


def _shares(dice: np.random.Generator, n1: int, n2: int) -> Pair:
    p1, p2 = dice.uniform(0.02, 0.98, 2)
    large = min(n1 * p1, n1 * (1 - p1), n2 * p2, n2 * (1 - p2)) >= LARGE
    own, theirs = _share("a", p1, n1, dice), _share("b", p2, n2, dice)
    return Pair(own, theirs, p1 - p2, bool(large))


def _nps(dice: np.random.Generator, n1: int, n2: int) -> Pair:
    sides, truths, large = [], [], True
    for name, n in (("a", n1), ("b", n2)):
        chances = dice.dirichlet([2.0, 1.5, 2.0])
        bad, _, good = dice.multinomial(n, chances)
        net = (good - bad) / n
        spread = 100 * max((good + bad) / n - net**2, 0.0) ** 0.5
        sides.append(_measure(name, 100 * net, n, spread, unit="points"))
        truths.append(100 * (chances[2] - chances[0]))
        large &= bool(n * min(chances[0], chances[2]) >= LARGE)
    return Pair(sides[0], sides[1], truths[0] - truths[1], large)


def _texts(dice: np.random.Generator, n1: int, n2: int) -> Pair:
    """Draw shares as a reader sees them who misreads each brand in a way of its own, as much as it says it does."""
    p1, p2 = dice.uniform(0.15, 0.85, 2)
    read = [p + dice.normal(0, 0.02) for p in (p1, p2)]
    own, theirs = (
        _share(name, p, n, dice).model_copy(update={"reader_sd": 0.02})
        for name, p, n in (("a", read[0], n1), ("b", read[1], n2))
    )
    return Pair(own, theirs, p1 - p2, bool(min(n1, n2) * min(p1, 1 - p1, p2, 1 - p2) >= LARGE))


def _share(name: str, p: float, n: int, dice: np.random.Generator) -> Measure:
    value = dice.binomial(n, p) / n
    return _measure(name, value, n, (value * (1 - value)) ** 0.5, unit="share")


def _measure(brand: str, value: float, n: int, sd: float, **values: object) -> Measure:
    shared: dict[str, object] = {
        "brand": brand, "voice": "customer", "measure": "m", "value": value, "n": n, "sd": sd, "basis": "survey",
        "higher_is_better": False, "as_of": NOW, "provenance": "drawn",
    }  # fmt: skip
    return Measure.model_validate(shared | values)


def main() -> None:
    """Print the figures of 20,000 pairs and of 2,000 families of 20 comparisons."""
    dice = np.random.default_rng(SEED)
    for (kind, large), (share, n) in covered(dice, 20_000).items():
        counts = "expected counts of 10 and more" if large else "smaller counts"
        print(f"{kind}, {counts}: the 95 % interval holds the true gap in {share:.1%} of {n:,} pairs")
    equal, mixed, levels = wrong_verdicts(dice, 2_000)
    print(f"families of 20 with any wrong verdict: {equal:.1%} where all are equal, {mixed:.1%} where half differ; "
          f"false levels: {levels}")  # fmt: skip


if __name__ == "__main__":
    main()
