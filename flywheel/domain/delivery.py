"""Messages to people and what the other end answered."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from flywheel.domain.record import Moment, Record

AnswerClass = Literal["ok", "rejected", "not sent", "in doubt"]
DeliveryStatus = Literal[
    "pending", "claimed", "sending", "sent", "retry_wait", "failed", "dead", "unknown",
    "cancelled", "suppressed", "expired", "blocked", "shadow", "waiting",
]  # fmt: skip
"""`waiting`: written, and a person has to say yes first. `unknown`: it may have arrived, a person says what to do.
`failed` and `dead`: it certainly did not arrive."""


class Message(Record):
    """One message, exactly as decided; `key` is the same at every attempt, so a receiver can see it once.

    `leaves_at` is when this attempt is made, by the clock on the wall: it may stand in what proves the sender.
    """

    key: str
    channel: str
    person_id: str
    play: str
    variant: str
    address: SecretStr | None
    language: str
    subject: str
    body: str
    leaves_at: Moment


class Receipt(Record):
    """What the other end answered: "in doubt" where it may or may not have been done."""

    answer: AnswerClass
    provider_id: str | None = None
    detail: str = ""
    retry_after: Moment | None = None


class Listed(Record):
    """A message as a person looks at it, without its words; `tried_at` is when the last attempt began."""

    id: str
    decision_id: str
    person_id: str
    play: str
    channel: str
    key: str
    status: DeliveryStatus
    attempts: int
    error: str
    not_after: Moment
    tried_at: Moment | None = None
