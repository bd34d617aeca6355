"""Writing the report of a cycle again, from the facts that were frozen with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options, split
from flywheel.cli.screen import answer
from flywheel.errors import ConfigError, PermanentError
from flywheel.wheel import Flywheel

_FORMATS = ("html", "md", "json")


def report(
    cycle: Annotated[str | None, Parameter(help="Its id, or how it begins; default: the newest one.")] = None,
    /,
    *,
    formats: Annotated[
        str, Parameter(name="--format", help="html, md, json, with commas between them.")
    ] = "html,md,json",
    out: Annotated[Path | None, Parameter(help="The folder to write to; default: the cycle's own.")] = None,
    show: Annotated[bool, Parameter(name="--open", help="Open the page in the browser.", negative=())] = False,
    options: Options = PLAIN,
) -> int:
    """Write a report again."""
    wanted = _known(formats)
    cycle_id, data, folder, project = _frozen(options.config, cycle)
    target = out or project / folder
    files = _write(data, wanted, target, project)
    page = next((file for file in files if file.suffix == ".html"), files[0])
    if show:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    answer(options, {"cycle_id": cycle_id, "files": [str(file) for file in files]}, [str(file) for file in files])
    return 0


def _frozen(config: Path, cycle: str | None) -> tuple[str, str, str, Path]:
    with Flywheel.open(config) as wheel, wheel.store.read() as shelves:
        if cycle is None:
            ids = [one.cycle.id for one in shelves.cycles.history(200)]
        else:
            known = shelves.cycles.find(cycle)
            ids = [known.cycle.id] if known else []
        for one in ids:
            found = shelves.cycles.report(one)
            if found is not None:
                return one, *found, wheel.settings.project
    which = f"cycle {cycle!r}" if cycle else "any cycle"
    raise ConfigError(f"There is no report of {which}: `flywheel cycles` lists what was turned.")


def _write(data: str, formats: tuple[str, ...], target: Path, project: Path) -> list[Path]:
    from flywheel.assets import template_folders
    from flywheel.report.cycle_report import CycleReport
    from flywheel.report.render import render

    rendered = render(CycleReport.model_validate_json(data), formats, template_folders(project, "reports"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in rendered.items():
            (target / name).write_bytes(content)
    except OSError as error:
        raise PermanentError(f"The report cannot be written to {str(target)!r} ({error.strerror}).") from error
    return [target / name for name in rendered]


def _known(names: str) -> tuple[str, ...]:
    formats = split(names) or ()
    unknown = [one for one in formats if one not in _FORMATS]
    if unknown or not formats:
        raise ConfigError(f"There is no report format {', '.join(unknown)!r}: choose of {', '.join(_FORMATS)}.")
    return formats
