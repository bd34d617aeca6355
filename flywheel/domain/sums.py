"""Sums of what was said: how many, how many of each band, and the sum and squares of the values, ready for a mean."""

from __future__ import annotations

from math import sqrt

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Record
from flywheel.domain.standing import Basis


class Sum(Record):
    """What some feedback of a brand's voice adds up to.

    `basis` survey: answers of one kind (`measure`) on one `scale` ("0..10"); bands are detractors, passives, promoters
    of NPS, the lowest and the highest quarter of every other scale. `basis` text: readings, `measure` "sentiment", or
    mentions of a `topic`. `part` is the value of the group that was asked for (a medium, a segment), `period` the
    cycle's; both are empty where nothing was asked for.
    """

    basis: Basis
    brand: str
    voice: Voice
    measure: str
    scale: str = ""
    topic: str = ""
    part: str = ""
    period: int = 0
    last_day: str = ""
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
        added = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("n", "n_read", "n_negative", "n_neutral", "n_positive", "total", "squares")
        }
        return self.model_copy(update=added | {"last_day": max(self.last_day, other.last_day)})


class DayCount(Record):
    """How many texts named something on a day of the brand's own zone ("2026-03-01")."""

    brand: str
    voice: Voice
    subject: str
    day: str
    n: int
