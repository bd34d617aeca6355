"""Which topics pieces of feedback are about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from flywheel.store.bulk import among
from flywheel.store.codec import table
from flywheel.store.tables import MentionRow

_MENTION = table(MentionRow)


def topics_of(connection: Connection, seqs: Sequence[int], model: str) -> dict[int, tuple[str, ...]]:
    """Return the topics that a model found, by the number of the feedback."""
    query = select(_MENTION.c.feedback_seq, _MENTION.c.topic).where(among(connection, _MENTION.c.feedback_seq, seqs))
    found: dict[int, tuple[str, ...]] = {}
    for seq, topic in connection.execute(query.where(_MENTION.c.model == model).order_by(_MENTION.c.topic)):
        found[seq] = (*found.get(seq, ()), topic)
    return found
