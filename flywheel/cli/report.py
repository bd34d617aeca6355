"""Writing the report of a cycle again, from the facts that were frozen with it; proving that it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options, split
from flywheel.cli.screen import answer
from flywheel.errors import ConfigError, PermanentError
from flywheel.wheel import Flywheel

if TYPE_CHECKING:
    from flywheel.report.cycle_report import CycleReport
    from flywheel.steps.reporting import Replayed

_FORMATS = ("html", "md", "json", "digest")
_WORDS = {True: "the same as when it was written", False: "NOT the same", None: "no sum of it was written down"}


def report(
    cycle: Annotated[str | None, Parameter(help="Its id, or how it begins; default: the newest one.")] = None,
    /,
    *,
    formats: Annotated[
        str, Parameter(name="--format", help="html, md, json, digest, with commas between them.")
    ] = "html,md,json",
    out: Annotated[Path | None, Parameter(help="The folder to write to; default: the cycle's own.")] = None,
    show: Annotated[bool, Parameter(name="--open", help="Open the page in the browser.", negative=())] = False,
    options: Options = PLAIN,
) -> int:
    """Write a report again, and the list of all reports."""
    from flywheel.steps.reporting import REPORTS, frozen, index_of

    wanted = _known(formats)
    with Flywheel.open(options.config) as wheel:
        project = wheel.settings.project
        with wheel.store.read() as shelves:
            cycle_id, made, folder = frozen(shelves, cycle)
        files = _write(_rendered(made, wanted, project), out or project / folder)
        index = _write({"index.html": index_of(wheel)}, project / REPORTS) if out is None else []
    page = next((file for file in files if file.suffix == ".html"), files[0])
    if show:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    named = [str(file) for file in (*files, *index)]
    answer(options, {"cycle_id": cycle_id, "files": named}, named)
    return 0


def replay(
    cycle: Annotated[str, Parameter(help="Its id, or how it begins.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="The folder to write the files to; default: none are written.")] = None,
    options: Options = PLAIN,
) -> int:
    """Render a report again from what was recorded: 0 where every byte is as it was written, else 1."""
    from flywheel.steps.reporting import replay as replayed

    with Flywheel.open(options.config) as wheel:
        cycle_id, files = replayed(wheel, cycle, out)
    told = {"cycle_id": cycle_id, "files": [one.model_dump() for one in files]}
    answer(options, told, _lines(cycle_id, files))
    return 1 if any(one.same is False for one in files) else 0


def _lines(cycle_id: str, files: list[Replayed]) -> Iterator[str]:
    yield f"Cycle {cycle_id}, rendered from what was frozen with it:"
    yield from (f"  {one.name}: {one.size:,} bytes, {_WORDS[one.same]}" for one in files)
    if any(one.same is False for one in files):
        yield "What was frozen is the same: its templates, or this version of Flywheel, render it differently."


def _rendered(made: CycleReport, formats: tuple[str, ...], project: Path) -> dict[str, bytes]:
    from flywheel.assets import template_folders
    from flywheel.report.render import render

    return render(made, formats, template_folders(project, "reports"))


def _write(files: dict[str, bytes], target: Path) -> list[Path]:
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (target / name).write_bytes(content)
    except OSError as error:
        raise PermanentError(f"The report cannot be written to {str(target)!r} ({error.strerror}).") from error
    return [target / name for name in files]


def _known(names: str) -> tuple[str, ...]:
    formats = split(names) or ()
    unknown = [one for one in formats if one not in _FORMATS]
    if unknown or not formats:
        raise ConfigError(f"There is no report format {', '.join(unknown)!r}: choose of {', '.join(_FORMATS)}.")
    return formats
