"""Praise, and who earned it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from flywheel.domain.care import TeamThanks
from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_ids
from flywheel.store.bulk import insert_missing
from flywheel.store.codec import stamp, table
from flywheel.store.history import WHEN
from flywheel.store.mentioned import touchpoint_of
from flywheel.store.tables import FeedbackRow, ReadingRow, ThanksRow

_FEEDBACK, _READING, _THANKS = table(FeedbackRow), table(ReadingRow), table(ThanksRow)
_COLUMNS = ("id", "cycle_id", "feedback_id", "touchpoint", "team", "earned_by", "said_at")


class ThanksShelf:
    """What teams and employees were praised for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pass_on(
        self,
        cycle: Cycle,
        model: str,
        own_brand: str,
        oldest: datetime,
        earned_by: str,
        team_of: Callable[[str], str],
    ) -> int:
        """Write down the praise that a turn read of our customers; return how many words of thanks that are.

        `earned_by` names the attribute of feedback that says whom it is about, if any does.
        """
        query = (
            select(_FEEDBACK.c.id, touchpoint_of(model), WHEN.label("at"), _FEEDBACK.c.attributes)
            .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model))
            .where(_READING.c.cycle_id == cycle.id, _READING.c.intent == "praise", stamp(oldest) < WHEN)
            .where(_READING.c.sentiment_label == "positive")
            .where(_FEEDBACK.c.brand == own_brand, _FEEDBACK.c.voice == "customer")
            .order_by(_FEEDBACK.c.seq)
        )
        rows = self._connection.execute(query).all()
        ids = content_ids("thanks", cycle.id, [row.id for row in rows])
        praise = [
            (id_, cycle.id, row.id, row.touchpoint, team_of(row.touchpoint), _named(row.attributes, earned_by), row.at)
            for id_, row in zip(ids, rows, strict=True)
        ]
        insert_missing(self._connection, ThanksRow, _COLUMNS, praise)
        return len(praise)

    def by_team(self, cycle_ids: Sequence[str]) -> list[TeamThanks]:
        """Return how often each team was praised in some cycles, most first; `earned_by` where the feedback says so."""
        by = (_THANKS.c.team, _THANKS.c.touchpoint, _THANKS.c.earned_by)
        query = select(*by, func.count().label("n")).where(_THANKS.c.cycle_id.in_(cycle_ids)).group_by(*by)
        rows = self._connection.execute(query.order_by(func.count().desc(), *by)).mappings()
        return [TeamThanks.model_validate(dict(row)) for row in rows]


def _named(attributes: str, name: str) -> str:
    return str(json.loads(attributes).get(name) or "") if name else ""
