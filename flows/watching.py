"""Who is told of each step as it begins and ends: a screen, when a command started the flow; nobody otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from flywheel.domain.cycle import Tally

Watcher = Callable[[str, Tally | None], None]


def _nobody(_name: str, _tally: Tally | None) -> None:
    """A flow that a schedule started has no screen."""


WATCHER: ContextVar[Watcher] = ContextVar("watcher", default=_nobody)
