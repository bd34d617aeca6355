"""The one thing that a person means by the beginning of its id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flywheel.errors import ConfigError

T = TypeVar("T")


def the_one(found: Sequence[T], start: str, *, kind: str) -> T:
    """Return what was found by the beginning of an id; raises ConfigError where it was none, or several."""
    if len(found) != 1:
        many = f"{len(found)} {kind}s have an id that begins" if found else f"No {kind} has an id that begins"
        raise ConfigError(f"{many} with {start!r}: `flywheel {kind}s list` shows them.")
    return found[0]
