"""The newest thing that happened to each person with something new, and which plays fit it: one SQL statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from flywheel.domain.expression import Expression
from flywheel.store.codec import table
from flywheel.store.condition import compile_condition
from flywheel.store.history import person_history
from flywheel.store.tables import FeedbackRow, InboxRow, PersonRow, PredictionRow, ReadingRow

_FEEDBACK, _READING, _INBOX = table(FeedbackRow), table(ReadingRow), table(InboxRow)
_PERSON, _PREDICTION = table(PersonRow), table(PredictionRow)


def occasion_query(as_of: datetime, model: str, conditions: dict[str, Expression]) -> Select[Any]:
    """Return one row per waiting person: the occasion, its reading, their history, and `fit_<play>` per play."""
    when = func.coalesce(_FEEDBACK.c.said_at, _FEEDBACK.c.heard_at)
    newest = func.row_number().over(partition_by=_FEEDBACK.c.person_id, order_by=(when.desc(), _FEEDBACK.c.seq.desc()))
    waiting = (
        select(_FEEDBACK.c.seq, _FEEDBACK.c.person_id, when.label("at"), newest.label("place"))
        .join(_INBOX, (_INBOX.c.feedback_seq == _FEEDBACK.c.seq) & (_INBOX.c.stage == "decide"))
        .cte("waiting")
    )
    people = select(waiting.c.person_id).distinct().cte("people")
    past = person_history(model, as_of, people)
    last = func.row_number().over(partition_by=_PREDICTION.c.person_id, order_by=_PREDICTION.c.as_of.desc())
    latest = (
        select(_PREDICTION.c.person_id, _PREDICTION.c.value, last.label("place"))
        .join(people, people.c.person_id == _PREDICTION.c.person_id)
        .where(_PREDICTION.c.kind == "churn")
        .cte("latest")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )  # fmt: skip
    zero = func.coalesce
    columns: dict[str, ColumnElement[Any]] = {
        "sentiment": _READING.c.sentiment, "label": _READING.c.sentiment_label, "confidence": _READING.c.confidence,
        "urgency": _READING.c.urgency, "intent": _READING.c.intent, "effort": _READING.c.effort,
        "medium": _FEEDBACK.c.medium, "touchpoint": _FEEDBACK.c.touchpoint, "language": _READING.c.language,
        "voice": _FEEDBACK.c.voice, "value": _PERSON.c.value, "tenure_days": _PERSON.c.tenure_days,
        "churn_risk": latest.c.value, "feedback_90d": zero(past.c.feedback_90d, 0),
        "negative_90d": zero(past.c.negative_90d, 0), "complaints_90d": zero(past.c.complaints_90d, 0),
    }  # fmt: skip
    fits = [
        func.coalesce(compile_condition(tree, columns, waiting.c.seq, model), False).label(f"fit_{name}")
        for name, tree in conditions.items()
    ]
    shown = [column.label(name) for name, column in columns.items() if name not in ("voice", "value", "tenure_days")]
    return (
        select(waiting.c.seq, waiting.c.person_id, waiting.c.at, _FEEDBACK.c.id.label("feedback_id"), *shown, *fits)
        .join(_FEEDBACK, _FEEDBACK.c.seq == waiting.c.seq)
        .join(_READING, (_READING.c.feedback_seq == waiting.c.seq) & (_READING.c.model == model))
        .join(_PERSON, _PERSON.c.id == waiting.c.person_id, isouter=True)
        .join(past, past.c.person_id == waiting.c.person_id, isouter=True)
        .join(latest, (latest.c.person_id == waiting.c.person_id) & (latest.c.place == 1), isouter=True)
        .where(waiting.c.place == 1)
        .order_by(waiting.c.person_id)
    )
