"""What the outer loop saw of the wheel, turn by turn: its last periods, and how mature it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from flywheel.domain.loop import Criterion, Observation
from flywheel.store.codec import moment, stamp, table, to_json, upsert
from flywheel.store.tables import MaturityRow, ObservationRow, RollupRow

_OBSERVATION, _MATURITY, _ROLLUP = table(ObservationRow), table(MaturityRow), table(RollupRow)
_NOT_PLAIN = ("since", "until", "undone")


class ObservationShelf:
    """Observations and criteria of maturity."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, observations: Sequence[Observation]) -> None:
        """Store what a turn saw; the same turn overwrites its own."""
        rows = [
            one.model_dump() | {"since": stamp(one.since), "until": stamp(one.until), "undone": to_json(one.undone)}
            for one in observations
        ]
        upsert(self._connection, ObservationRow, rows)

    def of(self, cycle_id: str) -> list[Observation]:
        """Return what a turn of the outer loop saw, newest period first."""
        query = select(_OBSERVATION).where(_OBSERVATION.c.cycle_id == cycle_id).order_by(_OBSERVATION.c.period.desc())
        return [
            Observation(
                **{name: row[name] for name in Observation.model_fields if name not in _NOT_PLAIN},
                since=moment(row["since"]), until=moment(row["until"]), undone=json.loads(row["undone"]),
            )
            for row in self._connection.execute(query).mappings()
        ]  # fmt: skip

    def add_maturity(self, criteria: Sequence[Criterion]) -> None:
        """Store how mature the wheel is; the same turn overwrites its own."""
        rows = [one.model_dump() | {"met": None if one.met is None else int(one.met)} for one in criteria]
        upsert(self._connection, MaturityRow, rows)

    def maturity(self, cycle_id: str) -> list[Criterion]:
        """Return the criteria that a turn of the outer loop counted, by part and name."""
        query = select(_MATURITY).where(_MATURITY.c.cycle_id == cycle_id).order_by(_MATURITY.c.part, _MATURITY.c.name)
        return [Criterion(**row) for row in self._connection.execute(query).mappings()]

    def scores(self, brand: str, voice: str, periods: Sequence[int]) -> int:
        """Return how many scores a brand's voice gave in some periods, of every kind."""
        given = (_ROLLUP.c.basis == "survey") & (_ROLLUP.c.segment == "")
        query = select(func.sum(_ROLLUP.c.n)).where(given, _ROLLUP.c.brand == brand, _ROLLUP.c.voice == voice)
        return int(self._connection.execute(query.where(_ROLLUP.c.period.in_(periods))).scalar() or 0)
