"""The past of persons at a moment, as predictors look at it; the same for now and for moments to learn from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select

from flywheel.domain.prediction import PersonHistory
from flywheel.store.codec import stamp, table
from flywheel.store.history import HISTORY_DAYS, marks, recent
from flywheel.store.tables import FeedbackRow, OutcomeRow, PersonRow, ReadingRow, ScoreRow, SignalRow

_FEEDBACK, _READING, _PERSON = table(FeedbackRow), table(ReadingRow), table(PersonRow)
_SIGNAL, _OUTCOME, _SCORE = table(SignalRow), table(OutcomeRow), table(ScoreRow)


def histories(connection: Connection, whom: ColumnElement[bool], as_of: datetime, model: str) -> list[PersonHistory]:
    """Return the past, up to `as_of`, of those persons in `whom` who said something in the 90 days before."""
    past = (
        select(
            _FEEDBACK.c.person_id,
            *(func.sum(mark).label(name) for name, mark in marks().items()),
            func.avg(_READING.c.sentiment).label("sentiment_90d"),
        )
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .where(whom, recent(as_of), _FEEDBACK.c.person_id.is_not(None))
        .group_by(_FEEDBACK.c.person_id)
        .subquery("past")
    )
    since, until = stamp(as_of - timedelta(days=HISTORY_DAYS)), stamp(as_of)
    signals = (
        select(func.count())
        .where(_SIGNAL.c.person_id == past.c.person_id)
        .where(_SIGNAL.c.happened_at >= since, _SIGNAL.c.happened_at <= until)
        .scalar_subquery()
    )
    placed = (_SCORE.c.value - _SCORE.c.scale_low) / (_SCORE.c.scale_high - _SCORE.c.scale_low)
    score = (
        select(func.avg(placed))
        .join(_FEEDBACK, _FEEDBACK.c.seq == _SCORE.c.feedback_seq)
        .where(_FEEDBACK.c.person_id == past.c.person_id, recent(as_of))
        .scalar_subquery()
    )
    query = (
        select(past, _PERSON.c.tenure_days, _PERSON.c.value, signals.label("signals_90d"), score.label("score_90d"))
        .join(_PERSON, _PERSON.c.id == past.c.person_id, isouter=True)
        .order_by(past.c.person_id)
    )
    found = connection.execute(query)
    names = found.keys()
    return [PersonHistory(as_of=as_of, **dict(zip(names, row, strict=True))) for row in found]


def customers(brand: str, outcome: str, before: datetime) -> ColumnElement[bool]:
    """Return the condition that a text is of one of the brand's customers who had not left before a moment."""
    gone = exists().where(
        _OUTCOME.c.person_id == _FEEDBACK.c.person_id, _OUTCOME.c.metric == outcome, _OUTCOME.c.value > 0,
        _OUTCOME.c.happened_at <= stamp(before),
    )  # fmt: skip
    return (_FEEDBACK.c.brand == brand) & (_FEEDBACK.c.voice == "customer") & ~gone
