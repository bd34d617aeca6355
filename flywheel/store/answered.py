"""What followed a message: when we first heard of the person again, and whether their first word was an unhappy one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, func, literal, select, union_all

from flywheel.store.bulk import among
from flywheel.store.codec import stamp, table
from flywheel.store.history import WHEN
from flywheel.store.tables import FeedbackRow, OutcomeRow, ReadingRow

_FEEDBACK, _READING, _OUTCOME = table(FeedbackRow), table(ReadingRow), table(OutcomeRow)

Heard = list[tuple[str, bool]]
"""What was heard of a person, in order: when, and whether it was an unhappy word."""


def heard_of(
    connection: Connection, people: Sequence[str], kin: Mapping[str, tuple[str, ...]], since: datetime
) -> dict[str, Heard]:
    """Return what these persons said and did since a moment, under whichever id; `people` holds all their ids."""
    upset = func.max(case((_READING.c.sentiment_label == "negative", 1), else_=0))
    words = (
        select(_FEEDBACK.c.person_id, WHEN.label("at"), upset.label("upset"))
        .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq, isouter=True)
        .where(among(connection, _FEEDBACK.c.person_id, people), stamp(since) <= WHEN)
        .group_by(_FEEDBACK.c.seq, _FEEDBACK.c.person_id, WHEN)
    )
    deeds = select(_OUTCOME.c.person_id, _OUTCOME.c.happened_at.label("at"), literal(0).label("upset")).where(
        among(connection, _OUTCOME.c.person_id, people), _OUTCOME.c.happened_at >= stamp(since)
    )
    both = union_all(words, deeds).subquery("heard")
    found: dict[str, Heard] = {}
    for person, at, unhappy in connection.execute(select(both).order_by(both.c.at, both.c.upset)):
        for known_as in kin.get(person, (person,)):
            found.setdefault(known_as, []).append((str(at), bool(unhappy)))
    return found


def first_after(heard: Heard, at: str) -> tuple[str, bool] | None:
    """Return the first thing heard after a moment, None where there was none."""
    place = bisect_right(heard, (at, True))
    return heard[place] if place < len(heard) else None
