"""What waits for a person's word, and the words that were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, insert, select, update
from sqlalchemy.engine import RowMapping

from flywheel.domain.account import RIGHTS, Approval, Asked
from flywheel.domain.play import TIERS
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.contacted import may_have_arrived
from flywheel.store.tables import AccountRow, ApprovalRow, DecisionRow, DeliveryRow, FeedbackRow, VerdictRow

_APPROVAL, _ACCOUNT, _VERDICT = table(ApprovalRow), table(AccountRow), table(VerdictRow)
_DELIVERY, _DECISION, _FEEDBACK = table(DeliveryRow), table(DecisionRow), table(FeedbackRow)
_APPROVERS = sorted(role for role, rights in RIGHTS.items() if "approve" in rights)
_ASKED = ("person_id", "play", "channel", "purpose", "language", "subject", "body", "payload_hash", "approvals")


class ApprovalShelf:
    """The inbox of what waits for a person, and what persons said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, start: str = "", *, now: datetime) -> list[Asked]:
        """Return what waits, need before sale, what lapses soonest first; only where the decision's id begins so."""
        which = (_DELIVERY.c.status == "waiting", _DECISION.c.id.startswith(start, autoescape=True))
        columns = (
            *(_DELIVERY.c[name] for name in (*_ASKED, "id", "decision_id", "not_after")),
            *(_DECISION.c[name] for name in ("variant", "tier", "decided_at")),
            *(_FEEDBACK.c[name] for name in ("text", "said_at", "medium")),
        )  # fmt: skip
        query = (
            select(*columns).join(_DECISION, _DECISION.c.id == _DELIVERY.c.decision_id)
            .outerjoin(_FEEDBACK, _FEEDBACK.c.id == _DECISION.c.occasion)
            .where(*which).order_by(_DELIVERY.c.not_after, _DELIVERY.c.id)
        )  # fmt: skip
        rows = self._connection.execute(query).mappings().all()
        because = self._because([row["decision_id"] for row in rows])
        said_yes = self.holding([row["id"] for row in rows], now)
        found = [_asked(row, because[row["decision_id"]], said_yes) for row in rows]
        return sorted(found, key=lambda one: TIERS.index(one.tier))

    def add(self, approval: Approval) -> None:
        """Append what somebody said."""
        times = {"at": stamp(approval.at), "expires": stamp(approval.expires)}
        self._connection.execute(insert(_APPROVAL).values(**approval.model_dump() | times))

    def holding(self, deliveries: Sequence[str], now: datetime) -> dict[str, dict[str, set[str]]]:
        """Return who says yes to which form of each message, as of now: by message and hash, the accounts.

        `now` is the clock on the wall. What has lapsed does not count, nor the word of an account that was removed
        or may approve no more.
        """
        query = (
            select(_APPROVAL.c.delivery_id, _APPROVAL.c.payload_hash, _APPROVAL.c.account)
            .join(_ACCOUNT, _ACCOUNT.c.name == _APPROVAL.c.account)
            .where(among(self._connection, _APPROVAL.c.delivery_id, list(deliveries)))
            .where(_APPROVAL.c.word == "approved", _APPROVAL.c.expires > stamp(now))
            .where(_ACCOUNT.c.removed_at.is_(None), _ACCOUNT.c.role.in_(_APPROVERS))
        )
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for delivery, form, account in self._connection.execute(query) if deliveries else ():
            found[delivery][form].add(account)
        return found

    def settle(self, asked: Asked, *, approved: bool, error: str | None = None) -> bool:
        """Let a message that waits go on its way, or cancel it; return whether it still waited."""
        waits = (_DELIVERY.c.id == asked.delivery_id, _DELIVERY.c.status == "waiting")
        no = case((may_have_arrived(), "unknown"), else_="cancelled")  # a yes that lapsed may have let it go once
        then: dict[str, Any] = {"status": "pending" if approved else no, "error": error}
        moved = self._connection.execute(update(_DELIVERY).where(*waits).values(**then)).rowcount == 1
        if moved:
            decision = update(_DECISION).where(_DECISION.c.id == asked.decision_id, _DECISION.c.status == "waiting")
            self._connection.execute(decision.values(status="decided" if approved else "rejected"))
        return moved

    def _because(self, decisions: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return why a person is asked, by decision."""
        query = (
            select(_VERDICT.c.decision_id, _VERDICT.c.reason)
            .where(among(self._connection, _VERDICT.c.decision_id, list(decisions)), _VERDICT.c.ruling == "review")
            .order_by(_VERDICT.c.decision_id, _VERDICT.c.policy)
        )
        found: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for decision, reason in self._connection.execute(query):
            found[decision] += (reason,)
        return found


def _asked(row: RowMapping, because: tuple[str, ...], said_yes: dict[str, dict[str, set[str]]]) -> Asked:
    return Asked(
        **{name: row[name] for name in (*_ASKED, "decision_id", "variant", "tier", "medium")},
        delivery_id=row["id"], needed=max(1, row["approvals"]), because=because, said=row["text"] or "",
        approved_by=tuple(sorted(said_yes[row["id"]][row["payload_hash"]])), decided_at=moment(row["decided_at"]),
        not_after=moment(row["not_after"]), said_at=None if row["said_at"] is None else moment(row["said_at"]),
    )  # fmt: skip
