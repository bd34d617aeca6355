"""What orienting found beside standings."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from flywheel.domain.finding import Finding, FindingKind
from flywheel.store.codec import table, to_json, upsert
from flywheel.store.tables import FindingRow

_FINDING = table(FindingRow)


class FindingShelf:
    """Measures, gaps, moves, warnings, blind spots and oddities, as each cycle saw them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, findings: Sequence[Finding]) -> None:
        """Store what a cycle found; the same cycle overwrites its own."""
        rows = {one.id: one.model_dump() | {"evidence": to_json(one.evidence)} for one in findings}
        upsert(self._connection, FindingRow, list(rows.values()))

    def of(self, cycle_id: str, kind: FindingKind | None = None) -> list[Finding]:
        """Return the findings of a cycle, of one kind or of all, the weightiest of each kind first."""
        order = (_FINDING.c.kind, _FINDING.c.voice, _FINDING.c.weight.desc(), _FINDING.c.subject, _FINDING.c.part)
        query = select(_FINDING).where(_FINDING.c.cycle_id == cycle_id).order_by(*order, _FINDING.c.id)
        if kind is not None:
            query = query.where(_FINDING.c.kind == kind)
        return [_finding(dict(row)) for row in self._connection.execute(query).mappings()]


def _finding(row: dict[str, object]) -> Finding:
    return Finding.model_validate(row | {"evidence": tuple(json.loads(str(row["evidence"])))})
