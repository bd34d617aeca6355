"""Where we stand, and the register of initiatives."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from flywheel.domain.initiative import Initiative
from flywheel.domain.standing import Standing
from flywheel.store.codec import insert_new, moment, stamp, table, to_json, upsert
from flywheel.store.tables import InitiativeRow, StandingRow

_STANDING, _INITIATIVE = table(StandingRow), table(InitiativeRow)


class StandingShelf:
    """Standings beside the competition, and what is done about them."""

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

    def open_initiatives(self, initiatives: Sequence[Initiative]) -> int:
        """Open initiatives that are not in the register yet; return how many were asked for."""
        rows = [
            one.model_dump()
            | {"evidence": to_json(one.evidence), "opened_at": stamp(one.opened_at), "due": stamp(one.due)}
            for one in initiatives
        ]
        return insert_new(self._connection, InitiativeRow, rows)

    def initiatives(self, status: str | None = None) -> list[Initiative]:
        """Return the register, soonest due first."""
        query = select(_INITIATIVE).order_by(_INITIATIVE.c.due, _INITIATIVE.c.id)
        if status is not None:
            query = query.where(_INITIATIVE.c.status == status)
        return [
            Initiative(
                **dict(row)
                | {
                    "evidence": tuple(json.loads(row["evidence"])),
                    "opened_at": moment(row["opened_at"]),
                    "due": moment(row["due"]),
                }
            )
            for row in self._connection.execute(query).mappings()
        ]
