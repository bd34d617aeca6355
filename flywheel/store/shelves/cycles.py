"""Cycles and their steps, the lease, settings from OODA, reports."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import RowMapping

from flywheel.domain.cycle import Cycle, Status, Tally, Window
from flywheel.domain.initiative import Setting
from flywheel.domain.record import Record
from flywheel.store import lease
from flywheel.store.codec import moment, stamp, table, to_json, upsert
from flywheel.store.tables import CycleRow, FeedbackRow, ReportRow, SettingRow, StepRow

_CYCLE, _STEP, _SETTING, _REPORT = table(CycleRow), table(StepRow), table(SettingRow), table(ReportRow)


class PastCycle(Record):
    """A cycle as it stands in the history."""

    cycle: Cycle
    status: str
    planned: tuple[str, ...]
    seq_after: int
    started_at: datetime
    ended_at: datetime | None


class CycleShelf:
    """The history of turns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, cycle: Cycle, planned: tuple[str, ...], now: datetime, code_version: str) -> Cycle:
        """Take the lease, write the cycle as running, and return it with its fence and period."""
        fence = lease.take(self._connection, cycle.id)
        known = self.find(cycle.id)
        if known and set(planned) <= set(known.planned):
            planned = known.planned  # a retry of some steps is still the same turn
        period = known.cycle.period if known else self._next_period()
        held = Cycle.model_validate(cycle.model_dump() | {"fence": fence, "period": period})
        row = {
            "id": cycle.id, "flow": cycle.flow, "since": stamp(cycle.window.since), "until": stamp(cycle.window.until),
            "as_of": stamp(cycle.as_of), "mode": cycle.mode, "period": period, "status": "running",
            "config_hash": cycle.config_hash, "code_version": code_version, "fence": fence, "planned": to_json(planned),
            "seq_after": known.seq_after if known else self._newest_seq(),
            "started_at": stamp(known.started_at if known else now), "ended_at": None,
        }  # fmt: skip
        upsert(self._connection, CycleRow, [row])
        return held

    def hold(self, what: str) -> int:
        """Take the lease for something that is no cycle, and return the fence; raises LeaseHeldError."""
        return lease.take(self._connection, what)

    def let_go(self, fence: int) -> None:
        """Give the lease back, if it is still ours."""
        lease.release(self._connection, fence)

    def end(self, cycle: Cycle, status: Status, now: datetime) -> None:
        """Close the cycle and give back the lease."""
        closed = update(_CYCLE).where(_CYCLE.c.id == cycle.id).values(status=status, ended_at=stamp(now))
        self._connection.execute(closed)
        lease.release(self._connection, cycle.fence)

    def find(self, cycle_id: str) -> PastCycle | None:
        """Return a cycle by its id, or by the beginning of it when only one fits."""
        query = select(_CYCLE).where(_CYCLE.c.id.startswith(cycle_id, autoescape=True)).limit(2)
        found = self._connection.execute(query).mappings().all()
        return _past(found[0]) if len(found) == 1 else None

    def newest(self, flow: str | None = None, *, statuses: tuple[str, ...] = ()) -> PastCycle | None:
        """Return the turn with the latest window, of a flow, in one of the states (all when none is named)."""
        query = select(_CYCLE).order_by(_CYCLE.c.until.desc(), _CYCLE.c.started_at.desc()).limit(1)
        if flow is not None:
            query = query.where(_CYCLE.c.flow == flow)
        if statuses:
            query = query.where(_CYCLE.c.status.in_(statuses))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _past(row)

    def history(self, limit: int = 50, flow: str | None = None) -> list[PastCycle]:
        """Return the newest turns, of a flow or of all, newest first."""
        query = select(_CYCLE).order_by(_CYCLE.c.started_at.desc(), _CYCLE.c.id).limit(limit)
        if flow is not None:
            query = query.where(_CYCLE.c.flow == flow)
        return [_past(row) for row in self._connection.execute(query).mappings()]

    def of_period(self, period: int) -> list[Cycle]:
        """Return the turns that read and decided in a period, the cycle and the triage before it, newest first."""
        query = select(_CYCLE).where(_CYCLE.c.period == period, _CYCLE.c.flow != "ooda")
        rows = self._connection.execute(query.order_by(_CYCLE.c.started_at.desc(), _CYCLE.c.id)).mappings()
        return [_past(row).cycle for row in rows]

    def add_step(self, cycle_id: str, tally: Tally, now: datetime) -> None:
        """Write what a step counted; a step that runs again keeps the sum of what it did."""
        planned = json.loads(
            self._connection.execute(select(_CYCLE.c.planned).where(_CYCLE.c.id == cycle_id)).scalar_one()
        )
        position = planned.index(tally.step) if tally.step in planned else len(planned)
        before = {one.step: one for one in self.steps(cycle_id)}.get(tally.step)
        total = tally if before is None else _added(before, tally)
        row = {
            "cycle_id": cycle_id, "step": tally.step, "position": position,
            "status": "failed" if tally.error else "done", "done": total.done, "skipped": total.skipped,
            "failed": tally.failed, "seconds": total.seconds, "reasons": to_json(total.reasons),
            "warnings": to_json(tally.warnings), "error": tally.error, "ended_at": stamp(now),
        }  # fmt: skip
        upsert(self._connection, StepRow, [row])

    def steps(self, cycle_id: str) -> list[Tally]:
        """Return the tallies of a cycle in the order of its steps."""
        query = select(_STEP).where(_STEP.c.cycle_id == cycle_id).order_by(_STEP.c.position, _STEP.c.step)
        return [
            Tally(
                step=row["step"], done=row["done"], skipped=row["skipped"], failed=row["failed"],
                seconds=row["seconds"], reasons=json.loads(row["reasons"]),
                warnings=tuple(json.loads(row["warnings"])), error=row["error"],
            )
            for row in self._connection.execute(query).mappings()
        ]  # fmt: skip

    def settings_in_force(self, at: datetime) -> list[Setting]:
        """Return OODA's settings that were decided by then and have not lapsed, oldest first."""
        in_force = (_SETTING.c.expires > stamp(at), _SETTING.c.decided_at <= stamp(at))
        query = select(_SETTING).where(*in_force).order_by(_SETTING.c.seq)
        return [_setting(row) for row in self._connection.execute(query).mappings()]

    def add_setting(self, setting: Setting) -> None:
        """Hand a setting to the next cycle; the same one twice is one."""
        if self._connection.execute(select(_SETTING.c.id).where(_SETTING.c.id == setting.id)).first() is not None:
            return
        row = setting.model_dump() | {
            "value": to_json(setting.value), "evidence": to_json(setting.evidence),
            "decided_at": stamp(setting.decided_at), "expires": stamp(setting.expires),
        }  # fmt: skip
        self._connection.execute(insert(_SETTING).values(**row))

    def add_report(self, cycle_id: str, data: str, folder: str) -> None:
        """Keep the frozen data of a report."""
        upsert(self._connection, ReportRow, [{"cycle_id": cycle_id, "data": data, "folder": folder}])

    def report(self, cycle_id: str) -> tuple[str, str] | None:
        """Return (frozen data, folder) of a cycle's report, None before it was written."""
        row = self._connection.execute(select(_REPORT).where(_REPORT.c.cycle_id == cycle_id)).mappings().first()
        return None if row is None else (row["data"], row["folder"])

    def _next_period(self) -> int:
        closed = select(func.max(_CYCLE.c.period)).where(_CYCLE.c.flow == "cycle")
        return int(self._connection.execute(closed).scalar() or 0) + 1

    def _newest_seq(self) -> int:
        return int(self._connection.execute(select(func.max(table(FeedbackRow).c.seq))).scalar() or 0)


def _past(row: RowMapping) -> PastCycle:
    cycle = Cycle(
        id=row["id"], flow=row["flow"], window=Window(since=moment(row["since"]), until=moment(row["until"])),
        as_of=moment(row["as_of"]), mode=row["mode"], period=row["period"], config_hash=row["config_hash"],
        fence=row["fence"],
    )  # fmt: skip
    ended = None if row["ended_at"] is None else moment(row["ended_at"])
    return PastCycle(
        cycle=cycle, status=row["status"], planned=tuple(json.loads(row["planned"])), seq_after=row["seq_after"],
        started_at=moment(row["started_at"]), ended_at=ended,
    )  # fmt: skip


def _setting(row: RowMapping) -> Setting:
    values = {
        name: row[name] for name in Setting.model_fields if name not in ("value", "evidence", "decided_at", "expires")
    }
    return Setting(
        **values, value=json.loads(row["value"]), evidence=tuple(json.loads(row["evidence"])),
        decided_at=moment(row["decided_at"]), expires=moment(row["expires"]),
    )  # fmt: skip


def _added(before: Tally, again: Tally) -> Tally:
    reasons = {key: before.reasons.get(key, 0) + again.reasons.get(key, 0) for key in before.reasons | again.reasons}
    return Tally(
        step=again.step, done=before.done + again.done, skipped=before.skipped + again.skipped,
        seconds=before.seconds + again.seconds, reasons=reasons,
    )  # fmt: skip
