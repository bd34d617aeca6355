"""Figures that others counted: the newest word of each source on each measure, brand, voice and date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from flywheel.domain.feedback import Voice
from flywheel.domain.ids import content_id
from flywheel.domain.standing import Measure
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table, upsert
from flywheel.store.tables import MeasureRow

_MEASURE = table(MeasureRow)
_TOLD = ("value", "n", "sd", "basis", "higher_is_better", "provenance", "unit", "span")


class MeasureShelf:
    """Figures from tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source: str, measures: Sequence[Measure], cycle_id: str, heard_at: datetime) -> tuple[int, int]:
        """Store measures; return how many are new, and how many replace a figure that was told before."""
        rows = {row["id"]: row for row in (_row(source, one) for one in measures)}
        query = select(_MEASURE.c.id, *(_MEASURE.c[name] for name in _TOLD))
        stored = self._connection.execute(query.where(among(self._connection, _MEASURE.c.id, list(rows)))).mappings()
        known = {row["id"]: [row[name] for name in _TOLD] for row in stored}
        changed = [row for one, row in rows.items() if known.get(one) != [row[name] for name in _TOLD]]
        more = {"cycle_id": cycle_id, "heard_at": stamp(heard_at)}
        upsert(self._connection, MeasureRow, [row | more for row in changed])
        new = sum(row["id"] not in known for row in changed)
        return new, len(changed) - new

    def latest(self, as_of: datetime) -> list[Measure]:
        """Return the newest figure that was out by a moment, of each source, brand, voice and measure."""
        of = (_MEASURE.c.source, _MEASURE.c.brand, _MEASURE.c.voice, _MEASURE.c.measure)
        newest = func.row_number().over(partition_by=of, order_by=(_MEASURE.c.as_of.desc(), _MEASURE.c.id))
        told = select(_MEASURE, newest.label("place")).where(_MEASURE.c.as_of <= stamp(as_of)).subquery("told")
        query = select(told).where(told.c.place == 1).order_by(*(told.c[column.name] for column in of))
        return [_measure(dict(row)) for row in self._connection.execute(query).mappings()]

    def names(self) -> dict[tuple[str, Voice], int]:
        """Return of how many brands there is a figure, by measure and voice."""
        by = (_MEASURE.c.measure, _MEASURE.c.voice)
        query = select(*by, func.count(_MEASURE.c.brand.distinct())).group_by(*by).order_by(*by)
        return {(measure, voice): int(n) for measure, voice, n in self._connection.execute(query)}


def _row(source: str, one: Measure) -> dict[str, object]:
    as_of = stamp(one.as_of)
    told = one.model_dump(exclude={"reader_sd", "dilution", "heard_on"})
    return told | {
        "id": content_id("measure", source, one.brand, one.voice, one.measure, as_of), "source": source,
        "as_of": as_of, "higher_is_better": int(one.higher_is_better),
    }  # fmt: skip


def _measure(row: dict[str, object]) -> Measure:
    values = {name: row[name] for name in Measure.model_fields if name in row}
    values |= {"as_of": moment(str(row["as_of"])), "higher_is_better": bool(row["higher_is_better"])}
    return Measure.model_validate(values)
