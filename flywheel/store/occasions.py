"""The newest thing that happened to each person with something new, and which plays fit it: two SQL statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.sql import FromClause

from flywheel.domain.expression import Expression
from flywheel.store.bulk import among
from flywheel.store.codec import stamp, table
from flywheel.store.condition import compile_condition, signals_of, topics_of
from flywheel.store.history import WHEN, marks, recent
from flywheel.store.tables import FeedbackRow, InboxRow, PersonRow, PredictionRow, ReadingRow

_FEEDBACK, _READING, _INBOX = table(FeedbackRow), table(ReadingRow), table(InboxRow)
_PERSON, _PREDICTION = table(PersonRow), table(PredictionRow)
_HISTORY = ("feedback_90d", "negative_90d", "complaints_90d")
_UNSHOWN = ("voice", "value", "tenure_days")
"""Fields of conditions that an occasion does not hold: they are the person's."""


def waiting_query(model: str, own_brand: str, after: str, limit: int) -> Select[Any]:
    """Return (seq, person, known) of the newest thing that each waiting person said: ids only, in order of persons."""
    newest = func.row_number().over(partition_by=_FEEDBACK.c.person_id, order_by=(WHEN.desc(), _FEEDBACK.c.seq.desc()))
    waiting = (
        select(_FEEDBACK.c.seq, _FEEDBACK.c.person_id, newest.label("place"))
        .join(_INBOX, (_INBOX.c.feedback_seq == _FEEDBACK.c.seq) & (_INBOX.c.stage == "decide"))
        .where(_FEEDBACK.c.person_id > after)
        .subquery("waiting")
    )
    ours = (_PERSON.c.id == waiting.c.person_id) & (_PERSON.c.brand == own_brand)
    return (
        select(waiting.c.seq, waiting.c.person_id, _PERSON.c.id.is_not(None).label("known"))
        .join(_READING, (_READING.c.feedback_seq == waiting.c.seq) & (_READING.c.model == model))
        .join(_PERSON, ours, isouter=True)
        .where(waiting.c.place == 1)
        .order_by(waiting.c.person_id)
        .limit(limit)
    )


def spoken_query(model: str, own_brand: str, since: datetime, until: datetime) -> Select[Any]:
    """Return (seq, person) of the newest thing that each known person of ours said in a span, in order of persons."""
    newest = func.row_number().over(partition_by=_FEEDBACK.c.person_id, order_by=(WHEN.desc(), _FEEDBACK.c.seq.desc()))
    said = (
        select(_FEEDBACK.c.seq, _FEEDBACK.c.person_id, newest.label("place"))
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .join(_PERSON, (_PERSON.c.id == _FEEDBACK.c.person_id) & (_PERSON.c.brand == own_brand))
        .where(stamp(since) < WHEN, stamp(until) >= WHEN)
        .subquery("said")
    )
    return select(said.c.seq, said.c.person_id).where(said.c.place == 1).order_by(said.c.person_id)


def occasion_query(
    connection: Connection, as_of: datetime, model: str, conditions: dict[str, Expression], waiting: dict[str, int]
) -> Select[Any]:
    """Return one row per person of `waiting` (person -> seq): occasion, reading, history, person, `fit_<play>`."""
    said = _said(connection, as_of, model, list(waiting))
    columns: dict[str, ColumnElement[Any]] = {
        **{name: said.c[name] for name in said.c.keys() if name not in ("seq", "person_id", "at", "feedback_id")},  # noqa: SIM118
        "value": _PERSON.c.value, "tenure_days": _PERSON.c.tenure_days, "churn_risk": _newest_risk(said),
    }  # fmt: skip
    sets = {"topics": topics_of(said.c.seq, model), "signals": signals_of(said.c.person_id, as_of)}
    fits = [
        func.coalesce(compile_condition(tree, columns, sets), False).label(f"fit_{name}")
        for name, tree in conditions.items()
    ]
    shown = [column.label(name) for name, column in columns.items() if name not in _UNSHOWN]
    person = [_PERSON.c[name].label(f"person_{name}") for name in _PERSON.c.keys()]  # noqa: SIM118
    return (
        select(said.c.seq, said.c.at, said.c.feedback_id, *shown, *person, *fits)
        .join(_PERSON, _PERSON.c.id == said.c.person_id)
        .where(among(connection, said.c.seq, list(waiting.values())))
        .order_by(said.c.person_id)
    )


def _said(connection: Connection, as_of: datetime, model: str, people: list[str]) -> FromClause:
    """Return everything these persons said, each text with its reading and with its person's history beside it.

    One scan by the index on the person gives both the newest text and the history, so no planner can choose to scan
    one derived table for each row of the other (SQLite did, and 63,000 persons took minutes).
    """
    counted = marks(recent(as_of))
    history = [func.sum(counted[name]).over(partition_by=_FEEDBACK.c.person_id).label(name) for name in _HISTORY]
    return (
        select(
            _FEEDBACK.c.seq, _FEEDBACK.c.person_id, WHEN.label("at"), _FEEDBACK.c.id.label("feedback_id"),
            _READING.c.sentiment, _READING.c.sentiment_label.label("label"), _READING.c.confidence, _READING.c.urgency,
            _READING.c.intent, _READING.c.effort, _FEEDBACK.c.medium, _FEEDBACK.c.touchpoint, _READING.c.language,
            _FEEDBACK.c.voice, *history,
        )
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .where(among(connection, _FEEDBACK.c.person_id, people))
        .subquery("said")
    )  # fmt: skip


def _newest_risk(said: FromClause) -> ColumnElement[Any]:
    return (
        select(_PREDICTION.c.value)
        .where(_PREDICTION.c.person_id == said.c.person_id, _PREDICTION.c.kind == "churn")
        .order_by(_PREDICTION.c.as_of.desc())
        .limit(1)
        .scalar_subquery()
    )
