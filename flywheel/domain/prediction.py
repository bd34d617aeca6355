"""What will probably happen to one person, and what drives it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from flywheel.domain.record import Moment, Record

LATELY = 8
"""Texts of a person that a trend is read from: enough for a line, few enough to be of late."""


class Utterance(NamedTuple):
    """One dated text of a person as it was read: its sentiment, -1..1, and its topics."""

    at: datetime
    sentiment: float | None
    topics: tuple[str, ...] = ()


class PersonHistory(Record):
    """What a predictor may look at: one person's own past up to `as_of`; `score_90d` is 0..1 of the scales asked on.

    `lately` is what they said last, within a year, the oldest first, LATELY texts at most; empty where a predictor
    is learned rather than asked.
    """

    person_id: str
    as_of: Moment
    feedback_90d: int
    negative_90d: int
    complaints_90d: int
    threats_90d: int
    sentiment_90d: float | None = None
    signals_90d: int = 0
    score_90d: float | None = None
    tenure_days: int | None
    value: float | None
    lately: tuple[Utterance, ...] = ()


class EarlyWarning(Record):
    """A topic that people who left spoke of last: its odds ratio beside matched people who stayed, with interval."""

    topic: str
    low: float = Field(gt=0)
    middle: float = Field(gt=0)
    high: float = Field(gt=0)


class Turn(NamedTuple):
    """What one person spoke of after a topic: the topics of their next text on any; `at` orders turns in time."""

    person_id: str
    topic: str
    then: tuple[str, ...]
    at: str


class Prediction(Record):
    """A probability (or amount) with its interval; `drivers` are in words a person would use."""

    person_id: str
    kind: str
    value: float
    low: float
    high: float
    as_of: Moment
    model: str
    drivers: tuple[str, ...]
