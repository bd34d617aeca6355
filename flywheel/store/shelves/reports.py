"""What a report asks beyond sums: how long people waited, what customers are worth, what waits; and earlier reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Connection, Subquery, cast, func, select

from flywheel.domain.intervals import median
from flywheel.domain.summary import Promptness, Worth
from flywheel.store.bulk import among
from flywheel.store.codec import moment, table
from flywheel.store.tables import AuditRow, CycleRow, DecisionRow, DeliveryRow, FeedbackRow, PredictionRow, ReportRow

_DECISION, _DELIVERY, _FEEDBACK = table(DecisionRow), table(DeliveryRow), table(FeedbackRow)
_PREDICTION, _REPORT, _CYCLE, _AUDIT = table(PredictionRow), table(ReportRow), table(CycleRow), table(AuditRow)
_SECONDS = 86_400.0
WRITTEN = "report"
"""The action under which the audit trail has the sums of a report's files: "SHA256 NAME", parted by "; "."""


class Waiting(NamedTuple):
    """Decisions of a play that wait for a person, and when the first of them is too late."""

    play: str
    n: int
    due: datetime


class PastReport(NamedTuple):
    """One report in the list of all: its cycle, when its period ended, where it lies, its line as JSON."""

    cycle_id: str
    until: datetime
    folder: str
    line: str


class ReportShelf:
    """What reports are made of, and reports that were made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def promptness(self, cycle_ids: Sequence[str]) -> Promptness | None:
        """Return how long the people waited to whom help (no sales offer) of some cycles was sent; None for nobody."""
        query = (
            select(_DECISION.c.occasion_at, _FEEDBACK.c.heard_at, _DELIVERY.c.sent_at)
            .join(_DELIVERY, _DELIVERY.c.decision_id == _DECISION.c.id)
            .outerjoin(_FEEDBACK, _FEEDBACK.c.id == _DECISION.c.occasion)
            .where(among(self._connection, _DECISION.c.cycle_id, cycle_ids), _DECISION.c.tier != "offer")
            .where(_DELIVERY.c.status == "sent", _DELIVERY.c.sent_at.is_not(None))
        )
        heard, said = [], []
        for occasion_at, heard_at, sent_at in self._connection.execute(query):
            sent = moment(sent_at)
            heard.append(_days(heard_at or occasion_at, sent))
            said.append(_days(occasion_at, sent))
        return Promptness(n=len(heard), heard=median(heard), said=median(said)) if heard else None

    def worth(self, cycle_ids: Sequence[str]) -> Worth | None:
        """Return what those customers are worth of whom some cycles foresaw it, and what of it is at risk."""
        value, risk = self._newest(cycle_ids, "clv"), self._newest(cycle_ids, "churn")
        sums = (func.sum(value.c[name]) for name in ("value", "low", "high"))
        whole = self._connection.execute(
            select(func.count(), *sums, func.max(value.c.model)).where(value.c.place == 1)
        ).one()
        if not whole[0]:
            return None
        products = (func.sum(value.c[name] * risk.c[name]) for name in ("value", "low", "high"))
        both = select(func.count(), *products).join(risk, risk.c.person_id == value.c.person_id)
        known = self._connection.execute(both.where(value.c.place == 1, risk.c.place == 1)).one()
        return Worth(
            n=whole[0], value=_three(whole[1:4]), n_at_risk=known[0], at_risk=_three(known[1:4]), model=whole[4]
        )

    def waiting(self, cycle_ids: Sequence[str]) -> list[Waiting]:
        """Return by play what some cycles decided that still waits for a person, what is first too late first."""
        due = func.min(_DECISION.c.not_after)
        theirs = among(self._connection, _DECISION.c.cycle_id, cycle_ids)
        query = select(_DECISION.c.play, func.count(), due).where(theirs, _DECISION.c.status == "waiting")
        rows = self._connection.execute(query.group_by(_DECISION.c.play).order_by(due, _DECISION.c.play))
        return [Waiting(play, n, moment(at)) for play, n, at in rows]

    def newest(self, limit: int) -> list[PastReport]:
        """Return the newest reports, oldest first; of each only its line is read, not all that it says."""
        line: Any
        if self._connection.dialect.name == "sqlite":
            line = func.json_extract(_REPORT.c.data, "$.line")
        else:
            line = cast(_REPORT.c.data, JSON)["line"].as_string()
        query = (
            select(_REPORT.c.cycle_id, _CYCLE.c.until, _REPORT.c.folder, line)
            .join(_CYCLE, _CYCLE.c.id == _REPORT.c.cycle_id)
            .order_by(_CYCLE.c.until.desc(), _CYCLE.c.started_at.desc())
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        return [PastReport(cycle, moment(until), folder, told) for cycle, until, folder, told in reversed(rows) if told]

    def written(self, cycle_id: str) -> dict[str, str]:
        """Return the SHA-256 of each file of a cycle's report, as the audit trail has it from when it was written."""
        query = select(_AUDIT.c.detail).where(_AUDIT.c.action == WRITTEN, _AUDIT.c.subject == f"cycle {cycle_id}")
        detail = self._connection.execute(query.order_by(_AUDIT.c.seq.desc()).limit(1)).scalar()
        return dict(pair.split(" ", 1)[::-1] for pair in detail.split("; ")) if detail else {}

    def _newest(self, cycle_ids: Sequence[str], kind: str) -> Subquery:
        order = func.row_number().over(partition_by=_PREDICTION.c.person_id, order_by=_PREDICTION.c.as_of.desc())
        theirs = among(self._connection, _PREDICTION.c.cycle_id, cycle_ids)
        names = [_PREDICTION.c[name] for name in ("person_id", "value", "low", "high", "model")]
        return select(*names, order.label("place")).where(theirs, _PREDICTION.c.kind == kind).subquery(kind)


def _days(since: str, until: datetime) -> float:
    return max((until - moment(since)).total_seconds() / _SECONDS, 0.0)


def _three(values: Sequence[float | None]) -> tuple[float, float, float]:
    one, low, high = (value or 0.0 for value in values)
    return one, low, high
