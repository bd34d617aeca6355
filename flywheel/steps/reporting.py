"""Report: freeze the facts of a cycle, render them, and write the files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle, Tally
from flywheel.report.build import build_report
from flywheel.report.render import render
from flywheel.steps.gathering import gather
from flywheel.wheel import Flywheel

REPORTS = Path(".flywheel") / "reports"


def report(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write the report of a cycle, its frozen data into the store first: rendering it again gives the same bytes."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        facts = gather(settings, cycle, shelves)
    made = build_report(facts)
    folder = settings.project / REPORTS / f"{cycle.window.until:%Y-%m-%d}-{cycle.id[:8]}"
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cycles.add_report(cycle.id, made.model_dump_json(), str(folder))
    files = render(made, settings.report.formats, template_folders(settings.project, "reports"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        draft = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(folder / name)
    return Tally(step="report", done=len(files))
