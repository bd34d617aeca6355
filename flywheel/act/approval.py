"""What approval means: enough different people said yes to exactly these words, and their word still holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flywheel.domain.play import Play

_SHOWN, _ENDING, _SHORT = 1, 2, 6


def needed(asked: int, play: Play | None) -> int:
    """Return how many people must have approved a message: as many as when it was written, or as its play says now."""
    return max(asked, play.approvals if play is not None and play.approval == "required" else 0)


def approved(wanted: int, payload_hash: str, said_yes: Mapping[str, Collection[str]]) -> bool:
    """Return whether enough accounts said yes to this form of the message; to another form is to another message."""
    return len(said_yes.get(payload_hash, ())) >= wanted


def veiled(address: str) -> str:
    """Return as much of an address as one knows it by: the first sign, and the last part of what follows the @."""
    local, at, domain = address.rpartition("@")
    if not at:
        return f"***{address[-_ENDING:]}" if len(address) > _SHORT else "***"
    name, dot, ending = domain.rpartition(".")
    return f"{local[:_SHOWN]}***@{name[:_SHOWN]}***{dot}{ending}"
