"""What a person's past adds up to, as SQL expressions that Predict and Decide share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from flywheel.store.bulk import among
from flywheel.store.codec import stamp, table
from flywheel.store.tables import FeedbackRow, ReadingRow, RevisionRow

HISTORY_DAYS = 90
_FEEDBACK, _READING, _REVISION = table(FeedbackRow), table(ReadingRow), table(RevisionRow)

WHEN: ColumnElement[str] = func.coalesce(_FEEDBACK.c.said_at, _FEEDBACK.c.heard_at)
"""When a text counts as said: undated ones when they were heard."""


def recent(as_of: datetime) -> ColumnElement[bool]:
    """Return the condition that a text was said in the last 90 days before `as_of`."""
    return and_(stamp(as_of - timedelta(days=HISTORY_DAYS)) <= WHEN, stamp(as_of) >= WHEN)


def marks(within: ColumnElement[bool] | None = None) -> dict[str, ColumnElement[int]]:
    """Return, per field of a history, 1 for a text that counts for it and 0 for any other: their sums are the history.

    `within` says which texts count at all, where no WHERE has said it yet.
    """
    conditions = {
        "feedback_90d": _FEEDBACK.c.seq.is_not(None),
        "negative_90d": _READING.c.sentiment_label == "negative",
        "complaints_90d": _READING.c.intent == "complaint",
        "threats_90d": _READING.c.intent.in_(("threat to leave", "gone")),
    }
    return {
        name: case((holds if within is None else and_(within, holds), 1), else_=0) for name, holds in conditions.items()
    }


def first_read(connection: Connection, seqs: Sequence[int], model: str) -> dict[int, tuple[str, int]]:
    """Return the cycle and period in which another model first read those of the texts that one has read."""
    query = (
        select(_READING.c.feedback_seq, _READING.c.cycle_id, _READING.c.period)
        .where(among(connection, _READING.c.feedback_seq, seqs), _READING.c.model != model)
        .order_by(_READING.c.period.desc())
    )
    return {seq: (cycle_id, period) for seq, cycle_id, period in connection.execute(query)}


def read_before(connection: Connection, seqs: Sequence[int]) -> set[int]:
    """Return those pieces of feedback that were read in an earlier form: Decide has been told of them."""
    query = select(_REVISION.c.feedback_seq).where(
        among(connection, _REVISION.c.feedback_seq, seqs), _REVISION.c.readings != "[]"
    )
    return set(connection.execute(query).scalars())
