"""Messages of which it is not known whether they arrived: a person says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.engine import RowMapping

from flywheel.domain.delivery import DeliveryStatus, Listed
from flywheel.store.codec import moment, stamp_or_none, table
from flywheel.store.tables import AttemptRow, DeliveryRow

_DELIVERY, _ATTEMPT = table(DeliveryRow), table(AttemptRow)
_NAMES = ("id", "decision_id", "person_id", "play", "channel", "key", "status", "attempts", "error")


class DoubtShelf:
    """Messages as a person looks at them, and what they say of those in doubt."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def listed(self, statuses: Sequence[DeliveryStatus], start: str = "", limit: int | None = None) -> list[Listed]:
        """Return messages in some states, the longest tried first; only those whose id begins so."""
        tried = select(func.max(_ATTEMPT.c.started_at)).where(_ATTEMPT.c.delivery_id == _DELIVERY.c.id)
        query = (
            select(*(_DELIVERY.c[name] for name in (*_NAMES, "not_after")), tried.scalar_subquery().label("tried"))
            .where(_DELIVERY.c.status.in_(statuses), _DELIVERY.c.id.startswith(start, autoescape=True))
            .order_by(_DELIVERY.c.next_at, _DELIVERY.c.id).limit(limit)
        )  # fmt: skip
        return [_listed(row) for row in self._connection.execute(query).mappings()]

    def resolve(self, message_id: str, status: DeliveryStatus, error: str, sent_at: datetime | None) -> bool:
        """Say what became of a message in doubt; return whether it still was."""
        values: dict[str, Any] = {"status": status, "error": error, "sent_at": stamp_or_none(sent_at)}
        doubtful = (_DELIVERY.c.id == message_id, _DELIVERY.c.status == "unknown")
        return self._connection.execute(update(_DELIVERY).where(*doubtful).values(**values)).rowcount == 1


def _listed(row: RowMapping) -> Listed:
    values = {name: row[name] for name in _NAMES if name != "error"}
    tried = None if row["tried"] is None else moment(row["tried"])
    return Listed(**values, error=row["error"] or "", not_after=moment(row["not_after"]), tried_at=tried)
