"""The first messages of a play: they go ahead, and the rest follows when they have arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

_ARRIVED = 0.9
"""One bad address in ten says nothing about a play."""
_ON_THEIR_WAY = ("claimed", "sending", "retry_wait", "pending")


class Ahead(NamedTuple):
    """What may go of a play: so many more go ahead, the rest follows, or waits for the first ones or for a person."""

    word: Literal["ahead", "proven", "wait", "ask"]
    room: int = 0


def ahead(tried: Mapping[str, int], canary: int) -> Ahead:
    """Return what may go of a play of whose messages so many were tried, by state."""
    n = sum(tried.values())
    if n < canary:
        return Ahead("ahead", canary - n)
    if tried.get("sent", 0) >= _ARRIVED * canary:
        return Ahead("proven")
    return Ahead("wait" if any(tried.get(state) for state in _ON_THEIR_WAY) else "ask")
