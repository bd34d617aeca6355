"""What an examination found: one line each, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from flywheel.cli.options import Options
from flywheel.cli.screen import answer

State = Literal["ok", "warn", "FAIL"]


class Finding(NamedTuple):
    """What was looked at, how it stands, and what to do if it does not stand well."""

    about: str
    state: State
    says: str
    todo: str = ""


def show(findings: Iterable[Finding], options: Options) -> int:
    """Print the findings and return the exit code: 1 when something must be mended."""
    found = list(findings)
    bad, warned = (sum(one.state == state for one in found) for state in ("FAIL", "warn"))
    width = max((len(one.about) for one in found), default=0)
    lines = [_line(one, width) for one in found]
    answer(
        options,
        {"ok": bad == 0, "failed": bad, "warnings": warned, "findings": [one._asdict() for one in found]},
        [*lines, "", f"{len(found)} looked at: {bad} to mend, {warned} to think of."],
    )
    return 1 if bad else 0


def _line(one: Finding, width: int) -> str:
    todo = f"\n      {'':<{width}}  -> {one.todo}" if one.todo else ""
    return f"{one.state:<4}  {one.about:<{width}}  {one.says}{todo}"
