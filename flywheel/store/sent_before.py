"""What a restored store must not send again: what its earlier life sent, or may have sent, after the backup.

What was on its way when the backup was taken becomes `unknown` at once. What the earlier life heard, decided and sent
after the backup is not in it at all: the sources are heard again and the same messages are written anew, so those on
an occasion that it may have heard become `unknown` instead of leaving. A person resolves them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, true, update

from flywheel.store.codec import moment, stamp, table, upsert
from flywheel.store.tables import AuditRow, CycleRow, DecisionRow, DeliveryRow, FeedbackRow, StepRow, StoreFactRow

FACT = "sent_before"
"""The store's fact: the moment of the last restore. What was said until then may have been answered already."""
SENT_AGAIN = "resolve: pending"
"""What the audit trail says of a message that a person had looked into and wants to be sent again."""
_ON_ITS_WAY = ("pending", "claimed", "sending", "retry_wait")
_FACT, _DELIVERY, _DECISION = table(StoreFactRow), table(DeliveryRow), table(DecisionRow)
_AUDIT = table(AuditRow)
_FEEDBACK, _CYCLE, _STEP = table(FeedbackRow), table(CycleRow), table(StepRow)


def mark(connection: Connection, restored_at: datetime, error: str) -> tuple[datetime, int]:
    """Fix the moment of a restore; return it with how many messages were on their way and are now in doubt.

    The latest moment wins: that of this restore, of an earlier one, or of a turn whose clock was set ahead.
    """
    latest = max(stamp(restored_at), _moment(connection) or "", _newest_clock(connection))
    upsert(connection, StoreFactRow, [{"name": FACT, "value": latest}])
    waiting = update(_DELIVERY).where(_DELIVERY.c.status.in_(_ON_ITS_WAY))
    return moment(latest), int(connection.execute(waiting.values(status="unknown", error=error)).rowcount)


def doubt(connection: Connection) -> int:
    """Turn the messages that the earlier life of a restored store may have sent into `unknown`; return how many."""
    restored_at = _moment(connection)
    if restored_at is None:
        return 0
    decided = (
        select(_DECISION.c.id)
        .join(_FEEDBACK, _FEEDBACK.c.id == _DECISION.c.occasion, isouter=True)
        .join(_CYCLE, _CYCLE.c.id == _FEEDBACK.c.cycle_id, isouter=True)
        .where(_DECISION.c.id == _DELIVERY.c.decision_id)  # only of what waits: a store remembers many decisions
        .where((_DECISION.c.occasion_at <= restored_at) | _perhaps_heard(connection, restored_at))
    )
    settled = select(_AUDIT.c.seq).where(_AUDIT.c.subject == _DELIVERY.c.decision_id, _AUDIT.c.action == SENT_AGAIN)
    late = update(_DELIVERY).where(_DELIVERY.c.status.in_(_ON_ITS_WAY), decided.exists(), ~settled.exists())
    error = f"the store was restored at {restored_at}: what was said before may have been answered before"
    return int(connection.execute(late.values(status="unknown", error=error)).rowcount)


def _perhaps_heard(connection: Connection, restored_at: str) -> ColumnElement[bool]:
    """Return the condition that the earlier life may have heard what has no date, or one ahead of its hearing.

    A date proves nothing there. But what a source gave only after all of them were heard once more, whole, in a turn
    that began after the restore, did not exist before it.
    """
    no_proof = _FEEDBACK.c.said_at.is_(None) | (_FEEDBACK.c.said_at > _FEEDBACK.c.heard_at)
    whole = (_STEP.c.step == "listen", _STEP.c.status == "done", _STEP.c.failed == 0, _STEP.c.ended_at > restored_at)
    heard_again = connection.execute(select(func.min(_STEP.c.ended_at)).where(*whole)).scalar()
    early = true() if heard_again is None else func.coalesce(_CYCLE.c.started_at, "") < heard_again
    return _FEEDBACK.c.id.is_not(None) & no_proof & early


def _moment(connection: Connection) -> str | None:
    return connection.execute(select(_FACT.c.value).where(_FACT.c.name == FACT)).scalar()


def _newest_clock(connection: Connection) -> str:
    return connection.execute(select(func.max(_CYCLE.c.as_of))).scalar() or ""
