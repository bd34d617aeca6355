"""Who may have a say in what is sent, and what they said."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from flywheel.domain.play import Tier
from flywheel.domain.record import Moment, Record

Role = Literal["reader", "approver", "advocate", "admin"]
Right = Literal["approve", "challenge", "administer"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "reader": frozenset(),
    "approver": frozenset({"approve"}),
    "advocate": frozenset({"challenge"}),
    "admin": frozenset({"approve", "challenge", "administer"}),
}
"""What each role may do: say yes or no to messages; accept or override objections; name others, launch plays."""

ApprovalWord = Literal["approved", "rejected"]


class Account(Record):
    """Somebody with a token of their own."""

    name: str = Field(pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,63}$")
    role: Role
    created_at: Moment
    created_by: str
    removed_at: Moment | None = None

    def may(self, right: Right) -> bool:
        """Return whether this account may do so now."""
        return self.removed_at is None and right in RIGHTS[self.role]


class Approval(Record):
    """What an account said of one message exactly as it stood; it lapses, and an edit makes it void."""

    delivery_id: str
    decision_id: str
    payload_hash: str
    account: str
    word: ApprovalWord
    reason: str = ""
    at: Moment
    expires: Moment


class Asked(Record):
    """A message that waits for a person: its words, why it waits, what the person said, who said yes already.

    `address` shows enough to know it by, never all of it.
    """

    delivery_id: str
    decision_id: str
    person_id: str
    play: str
    variant: str
    tier: Tier
    channel: str
    purpose: str
    language: str
    subject: str
    body: str
    payload_hash: str
    approvals: int
    needed: int
    approved_by: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    decided_at: Moment
    not_after: Moment
    said: str = ""
    said_at: Moment | None = None
    medium: str | None = None
    address: str = ""


class Complaint(Record):
    """An unhappy word in public, and what we know of its author: how often they spoke, and heard from us."""

    feedback_id: str
    person_id: str | None
    text: str
    said_at: Moment
    medium: str
    language: str | None
    touchpoint: str
    topics: tuple[str, ...]
    spoke: int
    unhappy: int
    messages_sent: int


class Draft(Record):
    """A reply to a complaint in public, drafted for a person to finish and to send; nothing sends it."""

    complaint: Complaint
    owner: str
    language: str
    reply: str
