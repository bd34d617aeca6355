"""Who is heard and who is not: known people by what they have in common, answers row by row, and how loud a few are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.feedback import Speaker, Voice
from flywheel.domain.record import Record


class Heard(Record):
    """Known people of our own brand who share language, team and groups: how many there are, and what was heard.

    `heard` counts people, `n_read` and `n_negative` their texts.
    """

    voice: Voice
    language: str
    team: str
    groups: tuple[str, ...]
    known: int
    heard: int
    n_read: int
    n_negative: int


class Loudness(Record):
    """How much of all that was written (in characters) the loudest twentieth of the people wrote."""

    voice: Voice
    people: int
    loudest: int
    share: float


class Stake(Record):
    """Who speaks at a touchpoint: how many known people, and what one is worth to us on average (None: not known)."""

    touchpoint: str
    people: int
    value: float | None


class Post(NamedTuple):
    """A piece of feedback in a thread; `asks` tells whether it wants something (a question, a complaint, ...)."""

    thread: str
    brand: str
    speaker: Speaker
    medium: str
    person: str | None
    at: datetime
    asks: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of one voice, one row a piece of feedback, one column a kind of score; NaN where not answered.

    All on 0 to 10, whatever their scales.
    """

    kinds: tuple[str, ...]
    values: NDArray[np.floating[Any]]

    def of(self, kinds: tuple[str, ...]) -> NDArray[np.floating[Any]]:
        """Return each row's mean over some kinds, NaN where one of them is not answered; empty kinds are never."""
        places = [self.kinds.index(kind) for kind in kinds if kind in self.kinds]
        if not places or len(places) < len(kinds):
            return np.full(len(self.values), np.nan)
        mean: NDArray[np.floating[Any]] = self.values[:, places].mean(axis=1)
        return mean
