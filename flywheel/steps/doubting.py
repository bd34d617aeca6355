"""Doubts: what a person, or the other end itself, says of a message of which nobody knows whether it arrived."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.delivery import DeliveryStatus, Listed
from flywheel.errors import ConfigError
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

Way = Literal["sent", "resend", "check"]


def asked(wheel: Flywheel, message: Listed) -> tuple[DeliveryStatus, str]:
    """Ask the other end whether it did a message; return what that makes of it, and its answer. Sends nothing."""
    if message.channel not in {channel.id for channel in wheel.settings.channels}:
        return "unknown", f"channel {message.channel!r} is in the configuration no more"
    found = wheel.channel(message.channel).look_up(message.key)
    if found.answer == "ok":
        return "sent", "the other end has it"
    if found.answer == "in doubt":
        return "unknown", found.detail
    return "pending", f"the other end does not have it ({found.detail})"


def resolve(wheel: Flywheel, shelves: Shelves, message: Listed, actor: str, then: tuple[DeliveryStatus, str]) -> None:
    """Write down what became of a message in doubt; `pending`: it is sent again, under the same key."""
    now, (status, why) = wheel.clock(), then
    sent_at = (message.tried_at or now) if status == "sent" else None
    if not shelves.doubts.resolve(message.id, status, f"{why}, says {actor}", sent_at):
        raise ConfigError(f"The message {message.id[:12]} is not in doubt any more.")
    shelves.audit.note(now, actor, f"resolve: {status}", message.decision_id, why)
