"""Which topics pieces of feedback are about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from flywheel.store.bulk import among
from flywheel.store.codec import table
from flywheel.store.tables import FeedbackRow, MentionRow

_MENTION, _FEEDBACK = table(MentionRow), table(FeedbackRow)


def topics_of(connection: Connection, seqs: Sequence[int], model: str) -> dict[int, tuple[str, ...]]:
    """Return the topics that a model found, by the number of the feedback."""
    query = select(_MENTION.c.feedback_seq, _MENTION.c.topic).where(among(connection, _MENTION.c.feedback_seq, seqs))
    found: dict[int, tuple[str, ...]] = {}
    for seq, topic in connection.execute(query.where(_MENTION.c.model == model).order_by(_MENTION.c.topic)):
        found[seq] = (*found.get(seq, ()), topic)
    return found


def touchpoint_of(model: str) -> ColumnElement[str]:
    """Return the touchpoint of a piece of feedback: where its source says, else that of what it mentions; or ''."""
    mentioned = (
        select(func.min(_MENTION.c.touchpoint))
        .where(_MENTION.c.feedback_seq == _FEEDBACK.c.seq, _MENTION.c.model == model, _MENTION.c.touchpoint != "")
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(_FEEDBACK.c.touchpoint, ""), mentioned, "").label("touchpoint")
