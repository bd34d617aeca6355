"""Sums of what was said: how many, how many of each band, and the sum and squares of the values, ready for a mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import NamedTuple

from flywheel.domain.feedback import Voice
from flywheel.domain.standing import Basis

SENTIMENT, EFFORT, EXPECTATION, EMPATHY = "sentiment", "effort", "expectation", "empathy"
"""What sums of texts are about. Sentiment counts every text that was read, the others only those that say something of
it: easy (1) or hard (-1); exceeded (1), met (0) or fallen short (-1); the empathy of a reply (0 to 1)."""
PROMISED = "promised by "
"""Before the name of who promised: what became of promises, in the bands of expectations."""


class Sum(NamedTuple):
    """What some feedback of a brand's voice adds up to.

    `basis` survey: answers of one kind (`measure`) on one `scale` ("0..10"); bands are detractors, passives, promoters
    of NPS, the lowest and the highest quarter of every other scale. `basis` text: readings (`measure` says of what),
    or mentions of a `topic`. `part` is the value of the group that was asked for (a medium, a segment), `period` the
    cycle's; both are empty where nothing was asked for.
    """

    basis: Basis
    brand: str
    voice: Voice
    measure: str
    scale: str
    topic: str
    part: str
    period: int
    last_day: str
    n: int
    n_read: int
    n_negative: int
    n_neutral: int
    n_positive: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Return the mean of the values that could be read; raises ZeroDivisionError where there is none."""
        return self.total / self.n_read

    @property
    def sd(self) -> float:
        """Return the spread of one value (with n - 1), 0 where there is only one."""
        if self.n_read < 2:
            return 0.0
        return sqrt(max(self.squares - self.total**2 / self.n_read, 0.0) / (self.n_read - 1))

    def add(self, other: Sum) -> Sum:
        """Return both together, under the names of the first."""
        return self._replace(
            last_day=max(self.last_day, other.last_day), n=self.n + other.n, n_read=self.n_read + other.n_read,
            n_negative=self.n_negative + other.n_negative, n_neutral=self.n_neutral + other.n_neutral,
            n_positive=self.n_positive + other.n_positive, total=self.total + other.total,
            squares=self.squares + other.squares,
        )  # fmt: skip


class Grain(NamedTuple):
    """A sum with everything it can be cut by; `recent` tells whether it lies in the window of the measures."""

    whole: Sum
    recent: bool
    medium: str
    touchpoint: str
    language: str


def folded(grains: Iterable[Grain], part: Callable[[Grain], str], *, by_period: bool) -> list[Sum]:
    """Return the grains added up by a part, by period or over all."""
    found: dict[tuple[object, ...], Sum] = {}
    for grain in grains:
        one = grain.whole
        period, name = one.period if by_period else 0, part(grain)
        key = (one.basis, one.brand, one.voice, one.measure, one.scale, name, period)
        known = found.get(key)
        found[key] = one._replace(part=name, period=period) if known is None else known.add(one)
    return list(found.values())


class DayCount(NamedTuple):
    """How many texts named something on a day of the brand's own zone ("2026-03-01")."""

    brand: str
    voice: Voice
    subject: str
    day: str
    n: int
