"""Report: freeze the facts of a cycle, render them, and write the files whole or not at all."""

from __future__ import annotations

from pathlib import Path

from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle, Tally
from flywheel.errors import PermanentError
from flywheel.report.build import build_report
from flywheel.report.render import render
from flywheel.steps.gathering import gather
from flywheel.wheel import Flywheel
from flywheel.whole_file import write_whole

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
    try:
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise PermanentError(
            f"The report cannot be written into {str(folder)!r} ({error.strerror}): mend that, and run again."
        ) from error
    return Tally(step="report", done=len(files))
