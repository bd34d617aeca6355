"""Trials with a known truth, thousands at a time: how often do our intervals hold it, how often do they cry wolf?

What is drawn is the sums that an arm would have had, which is exact and lets 20,000 people cost as little as 20.
"""

from __future__ import annotations

from math import exp, factorial, sqrt
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.trial import ArmCount
from flywheel.learn.contrasts import Contrast, of_means, of_shares
from flywheel.learn.effects import anytime_half_width
from flywheel.learn.means import FEWEST_EVENTS, Sample

Metric = Literal["share", "count", "spend"]
Arrays = NDArray[Any]

METRICS: tuple[Metric, ...] = ("share", "count", "spend")
TUNED_TO = 5_000
LOOKS = 12
_BLOCK = 10_000_000


class Setting(NamedTuple):
    """A world: what share of the control visits (or buys, for an exponential amount), and by how much more the treated.

    `count` is Poisson visits with the rate as mean, `spend` is an exponential amount of mean 1 for those who buy.
    """

    metric: Metric
    rate: float
    n: int
    control_share: float
    lift: float

    @property
    def rates(self) -> tuple[float, float]:
        """Return the treated arm's rate and the control's."""
        return self.rate * (1 + self.lift), self.rate

    @property
    def sizes(self) -> tuple[int, int]:
        """Return the treated arm's people and the control's."""
        control = round(self.n * self.control_share)
        return self.n - control, control

    @property
    def truth(self) -> float:
        return self.rates[0] - self.rates[1]

    @property
    def expected_count(self) -> float:
        """Return the smallest count that is expected in any arm: of those who do, or of those who do not."""
        return min(n * least for n, p in zip(self.sizes, self.rates, strict=True) for least in (p, 1 - p))


class Drawn(NamedTuple):
    """One arm in many runs: its people, and in each run its zeros, its sum and its sum of squares."""

    n: int
    zeros: Arrays
    total: Arrays
    squares: Arrays

    def plus(self, other: Drawn) -> Drawn:
        return Drawn(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Coverage(NamedTuple):
    """How often the fixed interval held the truth, and how often it lay above zero."""

    held: float
    above: float


def settings(lifts: tuple[float, ...] = (0.0, 0.3)) -> list[Setting]:
    """Return the worlds of issue 8: rates from 1 to 50 %, 200 to 20,000 people, three metrics, two splits."""
    return [
        Setting(metric, rate, n, control, lift)
        for metric in METRICS
        for rate in (0.01, 0.05, 0.20, 0.50)
        for n in (200, 1_000, 5_000, 20_000)
        for control in (0.5, 0.2)
        for lift in lifts
    ]


def coverage(setting: Setting, runs: int, dice: np.random.Generator) -> Coverage:
    """Return how the product's own code does in one look at each of many finished trials."""
    arms = [draw(setting.metric, rate, n, runs, dice) for rate, n in zip(setting.rates, setting.sizes, strict=True)]
    held = above = 0
    for run in range(runs):
        found = contrast(setting.metric, arms[0], arms[1], run)
        if found.fixed is None:  # nothing is claimed: the truth may be anywhere
            held += 1
            continue
        held += found.fixed[0] <= setting.truth <= found.fixed[1]
        above += found.fixed[0] > 0
    return Coverage(held / runs, above / runs)


def anytime_misled(setting: Setting, runs: int, dice: np.random.Generator) -> float:
    """Return how often the anytime interval misses the truth in any of 12 looks, one after each cycle."""
    misled = np.zeros(runs, dtype=bool)
    so_far: list[Drawn] | None = None
    for look in range(LOOKS):
        sizes = [n * (look + 1) // LOOKS - n * look // LOOKS for n in setting.sizes]
        new = [draw(setting.metric, rate, n, runs, dice) for rate, n in zip(setting.rates, sizes, strict=True)]
        so_far = new if so_far is None else [old.plus(more) for old, more in zip(so_far, new, strict=True)]
        if min(arm.n for arm in so_far) >= 2:
            effect = so_far[0].total / so_far[0].n - so_far[1].total / so_far[1].n
            n = so_far[0].n + so_far[1].n
            half = anytime_half_width(1.0, n, TUNED_TO) * standard_errors(setting.metric, so_far[0], so_far[1])
            misled |= np.abs(effect - setting.truth) > half
    return float(misled.mean())


def contrast(metric: Metric, treated: Drawn, control: Drawn, run: int) -> Contrast:
    """Return what the product says of one run."""
    if metric == "share":
        counts = [ArmCount(variant="", arm="", n=arm.n, successes=int(arm.total[run])) for arm in (treated, control)]
        return of_shares(counts[0], counts[1], TUNED_TO)
    samples = []
    for arm in (treated, control):
        mean = arm.total[run] / arm.n
        variance = max(arm.squares[run] - arm.n * mean**2, 0.0) / (arm.n - 1)
        samples.append(Sample(arm.n, mean, variance, arm.zeros[run]))
    return of_means(samples[0], samples[1], TUNED_TO)


def standard_errors(metric: Metric, treated: Drawn, control: Drawn) -> Arrays:
    """Return the product's standard errors for all runs at once (a test compares them); inf where it has none."""
    n = treated.n + control.n
    zeros = treated.zeros + control.zeros
    events = n - zeros
    rare = np.ones_like(events, dtype=bool) if metric == "share" else zeros >= 0.25 * n
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(rare, (treated.total + control.total) / events, 0.0)
        square = np.where(rare, (treated.squares + control.squares) / events, 0.0)
    if metric == "share":
        size = square = np.ones_like(size)
    variance = np.zeros_like(size)
    for arm in (treated, control):
        people = arm.n + 2 * rare
        mean = (arm.total + size) / people
        variance += (arm.squares + square - people * mean**2) / (people - (metric != "share")) / people
    unknown = rare & (events < FEWEST_EVENTS) & (metric != "share")
    return np.where(unknown, np.inf, np.sqrt(np.maximum(variance, 0.0)))


def draw(metric: Metric, rate: float, n: int, runs: int, dice: np.random.Generator) -> Drawn:
    """Return what an arm of n people sums up to, in many runs."""
    if metric == "share":
        wins = dice.binomial(n, rate, runs)
        return Drawn(n, n - wins, wins, wins)
    if metric == "count":
        chances = [exp(-rate) * rate**k / factorial(k) for k in range(9)]
        people = dice.multinomial(n, [*chances, max(0.0, 1 - sum(chances))], runs)
        values = np.arange(10)
        return Drawn(n, people[:, 0], people @ values, people @ values**2)
    buyers = dice.binomial(n, rate, runs)
    total, squares = np.zeros(runs), np.zeros(runs)
    step = max(1, int(_BLOCK / (n * rate + 10 * sqrt(n * rate) + 1)))
    for start in range(0, runs, step):
        block = buyers[start : start + step]
        some = np.flatnonzero(block)
        amounts = dice.exponential(size=int(block.sum()))
        if len(some):
            first = np.concatenate([[0], np.cumsum(block[some])[:-1]])
            total[start + some] = np.add.reduceat(amounts, first)
            squares[start + some] = np.add.reduceat(amounts**2, first)
    return Drawn(n, n - buyers, total, squares)
