"""Examining this machine and this project; nothing is changed, nothing is sent, no secret is shown."""

from __future__ import annotations

from flywheel.cli.findings import show
from flywheel.cli.machine import examine_machine
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.project import examine_project


def doctor(*, options: Options = PLAIN) -> int:
    """Examine."""
    return show([*examine_machine(options.config), *examine_project(options.config)], options)
