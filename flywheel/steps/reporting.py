"""Report: freeze the facts of a cycle, render them, and write the files whole or not at all; replay what was frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.record import Record
from flywheel.errors import ConfigError, PermanentError
from flywheel.report.build import build_report
from flywheel.report.cycle_report import CycleReport, IndexLine
from flywheel.report.digest import digest_text
from flywheel.report.index import entry, make_index
from flywheel.report.render import render
from flywheel.report.render_html import render_index
from flywheel.steps.gathering import gather
from flywheel.store import Shelves
from flywheel.store.shelves.reports import WRITTEN
from flywheel.wheel import Flywheel
from flywheel.whole_file import write_whole

REPORTS = Path(".flywheel") / "reports"
_LISTED = 60
_FORMAT = {"report.html": "html", "report.md": "md", "report.json": "json", "digest.txt": "digest"}


class Replayed(Record):
    """One file of a report rendered again: `same` is None where no sum of what was written then is known."""

    name: str
    size: int
    sha256: str
    same: bool | None


def report(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write the report of a cycle, its frozen data into the store first: rendering it again gives the same bytes."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        facts = gather(settings, cycle, shelves)
    made = build_report(facts)
    folder = settings.project / REPORTS / f"{cycle.window.until:%Y-%m-%d}-{cycle.id[:8]}"
    files = render(made, settings.report.formats, template_folders(settings.project, "reports"))
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cycles.add_report(cycle.id, made.model_dump_json(), str(folder))
        sums = "; ".join(f"{_sum(content)} {name}" for name, content in files.items())
        shelves.audit.note(wheel.clock(), "flywheel", WRITTEN, f"cycle {cycle.id}", sums)
    _write(folder, files)
    if "html" in settings.report.formats:
        _write(settings.project / REPORTS, {"index.html": index_of(wheel)})
    return Tally(step="report", done=len(files))


def index_of(wheel: Flywheel) -> bytes:
    """Return the page that lists the newest reports with their trends."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        past = shelves.reports.newest(_LISTED)
    entries = [
        entry(one.cycle_id, one.until, settings.brand.zone, Path(one.folder).name,
              IndexLine.model_validate_json(one.line))
        for one in past
    ]  # fmt: skip
    folders = template_folders(settings.project, "reports")
    return render_index(make_index(settings.brand.name, entries), folders)


def frozen(shelves: Shelves, start: str | None) -> tuple[str, CycleReport, str]:
    """Return (cycle id, report, folder) of the cycle whose id begins so, or of the newest one; raises ConfigError."""
    if start is None:
        ids = [one.cycle.id for one in shelves.cycles.history(200)]
    else:
        known = shelves.cycles.find(start)
        ids = [known.cycle.id] if known else []
    for one in ids:
        found = shelves.cycles.report(one)
        if found is not None:
            return one, CycleReport.model_validate_json(found[0]), found[1]
    which = f"cycle {start!r}" if start else "any cycle"
    raise ConfigError(f"There is no report of {which}: `flywheel cycles` lists what was turned.")


def replay(wheel: Flywheel, start: str, out: Path | None) -> tuple[str, list[Replayed]]:
    """Render a report again from nothing but what was frozen, and hold it against the sums of what was written then."""
    with wheel.store.read() as shelves:
        cycle_id, made, _ = frozen(shelves, start)
        written = shelves.reports.written(cycle_id)
    formats = [kind for name, kind in _FORMAT.items() if name in (written or _FORMAT)]
    files = render(made, formats, template_folders(wheel.settings.project, "reports"))
    if out is not None:
        _write(out, files)
    return cycle_id, [_replayed(name, content, written) for name, content in files.items()]


def digest(wheel: Flywheel, cycle_id: str) -> str:
    """Return the digest of a cycle's report: names, counts and verdicts, no customer's words; '' where none is."""
    with wheel.store.read() as shelves:
        found = shelves.cycles.report(cycle_id)
    return digest_text(CycleReport.model_validate_json(found[0])) if found else ""


def _replayed(name: str, content: bytes, written: Mapping[str, str]) -> Replayed:
    known = written.get(name)
    same = None if known is None else known == _sum(content)
    return Replayed(name=name, size=len(content), sha256=_sum(content), same=same)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise PermanentError(
            f"The report cannot be written into {str(folder)!r} ({error.strerror}): mend that, and run again."
        ) from error
