"""Where we stand beside others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from flywheel.domain.standing import Standing
from flywheel.store.codec import moment, stamp, table, upsert
from flywheel.store.tables import StandingRow

_STANDING = table(StandingRow)


class StandingShelf:
    """Standings beside the competition."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, standings: Sequence[Standing]) -> None:
        """Store the standings of a cycle; the same cycle overwrites its own."""
        upsert(self._connection, StandingRow, [one.model_dump() | {"as_of": stamp(one.as_of)} for one in standings])

    def of(self, cycle_id: str) -> list[Standing]:
        """Return the standings of a cycle, customers before employees, by measure and peer."""
        order = (_STANDING.c.voice, _STANDING.c.measure, _STANDING.c.peer)
        query = select(_STANDING).where(_STANDING.c.cycle_id == cycle_id).order_by(*order)
        return [
            Standing(**dict(row) | {"as_of": moment(row["as_of"])})
            for row in self._connection.execute(query).mappings()
        ]
