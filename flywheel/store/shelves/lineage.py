"""What lies behind anything that has an id: its row, what its row names, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flywheel.domain.explanation import Fact, RowsBehind
from flywheel.store.behind import BEHIND, HAPPENED
from flywheel.store.codec import moment, stamp

KINDS = {
    "decision": "v_decision", "learning": "v_learning", "lift": "v_lift", "outcome": "v_outcome",
    "standing": "v_standing", "setting": "v_setting", "initiative": "v_initiative", "feedback": "v_feedback",
    "delivery": "v_delivery", "cycle": "v_cycle", "finding": "v_finding", "milestone": "v_milestone",
    "measure": "v_measure", "signal": "v_signal", "person": "v_person", "appraisal": "v_appraisal",
    "objection": "v_objection", "case": "v_case",
}  # fmt: skip
"""What can be explained by its id, and the view it stands in."""

SHOWN = 10
_AFTER_HEX = "g"
_HAPPENED = ("outcome_id", "decision_id", "person_id", "decided_at", "happened_at", "value")
_ARMS = {"default": "People who got it and to whom it happened", "holdout": "People held out and to whom it happened"}


class LineageShelf:
    """Where things come from."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, start: str) -> list[tuple[str, str]]:
        """Return (kind, id) of everything whose id begins so, two of a kind at most."""
        wanted = {"low": start, "high": start + _AFTER_HEX}
        return [
            (kind, id_)
            for kind, view in KINDS.items()
            for id_ in self._connection.execute(
                text(f"SELECT id FROM {view} WHERE id >= :low AND id < :high LIMIT 2"),  # noqa: S608 - a name of ours
                wanted,
            ).scalars()
        ]

    def facts(self, kind: str, id_: str) -> tuple[Fact, ...]:
        """Return the columns of a row, in the order of its view; empty where there is none."""
        found = self._connection.execute(text(f"SELECT * FROM {KINDS[kind]} WHERE id = :id"), {"id": id_})  # noqa: S608
        row = found.mappings().first()
        return () if row is None else tuple(Fact(name=name, value=value) for name, value in row.items())

    def behind(self, kind: str, facts: Mapping[str, Any]) -> list[RowsBehind]:
        """Return the rows behind something, a screenful of each sort; sorts without rows are left out."""
        found = [self._rows(title, query, facts) for title, query in BEHIND.get(kind, {}).items()]
        return [one for one in found if one.of]

    def behind_lift(self, facts: Mapping[str, Any], as_of: datetime, window: timedelta) -> list[RowsBehind]:
        """Return the first outcome of each person of both arms to whom the metric happened within the window.

        `as_of` is the clock of the cycle that measured: only windows that had closed by then count.
        """
        rows = self._connection.execute(text(HAPPENED), {**facts, "closed": stamp(as_of - window)}).mappings()
        arms: dict[str, dict[str, tuple[Any, ...]]] = {arm: {} for arm in _ARMS}
        for row in rows:
            if moment(row["happened_at"]) < moment(row["decided_at"]) + window:
                arms[row["arm"]].setdefault(row["person_id"], tuple(row[name] for name in _HAPPENED))
        return [
            RowsBehind(title=_ARMS[arm], columns=_HAPPENED, rows=tuple(found.values())[:SHOWN], of=len(found))
            for arm, found in arms.items()
            if found
        ]

    def reports_with(self, start: str) -> Sequence[str]:
        """Return the frozen data of the reports in which an id that begins so stands, newest first."""
        query = text("SELECT data FROM report WHERE data LIKE '%\"id\":\"' || :start || '%'")
        return self._connection.execute(query, {"start": start}).scalars().all()

    def _rows(self, title: str, query: str, facts: Mapping[str, Any]) -> RowsBehind:
        rows_behind = f"FROM ({query}) AS behind"
        n = int(self._connection.execute(text(f"SELECT count(*) {rows_behind}"), facts).scalar_one())
        result = self._connection.execute(text(f"SELECT * {rows_behind} ORDER BY 1, 2 LIMIT {SHOWN}"), facts)
        rows = tuple(tuple(row) for row in result)
        return RowsBehind(title=title, columns=tuple(result.keys()), rows=rows, of=n)
