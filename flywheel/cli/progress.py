"""What one sees while a turn is under way: a plain line per finished step, and on a terminal what is being done now."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flywheel.cli.screen import say
from flywheel.domain.cycle import Tally

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Tells each step on stderr; only a terminal gets a moving sign."""

    def __init__(self) -> None:
        self._status: Status | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.status import Status

            self._status = Status("starting ...", console=Console(stderr=True))
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def say(self, text: str) -> None:
        """Tell what is waited for."""
        say(text)

    def doing(self, text: str) -> None:
        """Tell what is being done now, on a terminal only."""
        if self._status is not None:
            self._status.update(text)

    def step(self, name: str, tally: Tally | None) -> None:
        """Tell that a step begins (no tally yet) or what it counted."""
        if tally is not None:
            say(step_line(tally))
        elif self._status is not None:
            self._status.update(f"{name} ...")


def step_line(tally: Tally) -> str:
    """Return what a step counted in one line, with its reasons; what it warns of follows in lines of their own."""
    why = ", ".join(f"{count:,} {reason}" for reason, count in sorted(tally.reasons.items(), key=lambda one: -one[1]))
    parts = [f"{tally.step:<11}{tally.done:>9,} done", f"{tally.skipped:>7,} skipped"]
    if tally.failed:
        parts.append(f"{tally.failed:,} FAILED")
    line = "  ".join([*parts, f"{tally.seconds:>6.1f} s"]) + (f"  ({why})" if why else "")
    notes = [f"  warning: {warning}" for warning in tally.warnings]
    if tally.error:
        notes.append(f"  {tally.step} failed: {tally.error}")
    return "\n".join([line, *notes])
