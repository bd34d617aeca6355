"""The kill switch: nothing is sent while it is off; messages are held, and go out when it is on again."""

from __future__ import annotations

import getpass
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.wheel import Flywheel

Reason = Annotated[str, Parameter(help="Why; it is kept in the audit trail.")]


def pause(*, reason: Reason = "no reason given", options: Options = PLAIN) -> int:
    """Send nothing until resumed."""
    return _switch("off", reason, options)


def resume(*, reason: Reason = "no reason given", options: Options = PLAIN) -> int:
    """Send again."""
    return _switch("on", reason, options)


def who() -> str:
    """Return the name of whoever types, for the audit trail."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown user"


def _switch(state: str, reason: str, options: Options) -> int:
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        before = shelves.audit.sending_paused()
        if (before is None) == (state == "off"):
            shelves.audit.switch(state, who(), reason, wheel.clock())
        now = shelves.audit.sending_paused()
        held = shelves.outbox.statuses()
    waiting = held["pending"] + held["retry_wait"]
    said = f"is {now}; {waiting} messages are held." if now else f"is on; {waiting} messages wait for the next act."
    answer(
        options,
        {"paused": now is not None, "reason": now, "held": waiting, "changed": before != now},
        [f"Sending {said}"],
    )
    return 0
