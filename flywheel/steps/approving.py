"""Approving: what waits for a person, and what follows from their word. The approval is of exactly these words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from flywheel.act.approval import veiled
from flywheel.act.letters import unchanged
from flywheel.domain.account import Account, Approval, ApprovalWord, Asked
from flywheel.errors import ConfigError
from flywheel.store import Shelves
from flywheel.wheel import Flywheel


class Said(NamedTuple):
    """What somebody's word led to: `missing` more must approve before the message may go."""

    asked: Asked
    by: str
    missing: int


def inbox(wheel: Flywheel, shelves: Shelves, start: str = "") -> list[Asked]:
    """Return what waits for a person, with as much of the address as they may know it by."""
    found = shelves.approvals.waiting(start, now=wheel.clock())
    locked = {
        channel: shelves.people.addresses([one.person_id for one in found if one.channel == channel], channel)
        for channel in {one.channel for one in found}
    }

    def shown(one: Asked) -> str:
        sealed = locked[one.channel].get(one.person_id)
        return veiled(wheel.vault.unlock(sealed, one.person_id)) if sealed else ""

    return [one.model_copy(update={"address": shown(one)}) for one in found]


def approve(shelves: Shelves, asked: Asked, account: Account, now: datetime, days: float) -> Said:
    """Say yes to a message as it stands; raises ConfigError where that cannot be."""
    if not unchanged(asked):
        raise ConfigError(f"The message {asked.decision_id[:12]} was changed after it was written: reject it.")
    if account.name in asked.approved_by:
        raise ConfigError(f"{account.name} has approved {asked.decision_id[:12]} already; another person must, too.")
    shelves.approvals.add(_word(asked, account, "approved", "", now, days))
    missing = asked.needed - len(asked.approved_by) - 1
    if missing <= 0 and not shelves.approvals.settle(asked, approved=True):
        raise ConfigError(f"The message {asked.decision_id[:12]} waits no more.")
    shelves.audit.note(now, account.name, "approve", asked.decision_id, asked.payload_hash)
    return Said(asked, account.name, max(0, missing))


def reject(shelves: Shelves, asked: Asked, account: Account, now: datetime, reason: str) -> Said:
    """Say no to a message, whoever said yes before: it is cancelled."""
    if not reason.strip():
        raise ConfigError("A rejection needs its reason: others learn from it.")
    shelves.approvals.add(_word(asked, account, "rejected", reason, now, 0))
    if not shelves.approvals.settle(asked, approved=False, error=f"rejected by {account.name}: {reason}"):
        raise ConfigError(f"The message {asked.decision_id[:12]} waits no more.")
    shelves.audit.note(now, account.name, "reject", asked.decision_id, reason)
    return Said(asked, account.name, 0)


def _word(asked: Asked, account: Account, word: ApprovalWord, reason: str, now: datetime, days: float) -> Approval:
    return Approval(
        delivery_id=asked.delivery_id, decision_id=asked.decision_id, payload_hash=asked.payload_hash,
        account=account.name, word=word, reason=reason, at=now,
        expires=now + timedelta(days=days),
    )  # fmt: skip
