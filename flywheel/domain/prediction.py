"""What will probably happen to one person, and what drives it."""

from __future__ import annotations

from flywheel.domain.record import Moment, Record


class PersonHistory(Record):
    """What a predictor may look at: one person's own past up to `as_of`; `score_90d` is 0..1 of the scales asked on."""

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
