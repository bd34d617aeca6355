"""Who may have a say in what is sent, and what they said."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

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
