"""A project folder: configuration, message templates, .gitignore, key and store. Nothing that is there is changed."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.assets import folder
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.cli.store import bring_up
from flywheel.config import load
from flywheel.errors import ConfigError
from flywheel.town import build, live
from flywheel.vault import KEY_FILE, KEY_VARIABLE, write_key

SAMPLE_UNTIL = datetime(2026, 1, 12, 12, tzinfo=UTC)
_SAMPLE = "data/ (a made-up week of a made-up railway, so that everything can be tried at once)"
_IGNORED = (".flywheel/", "outbox/", "data/")


def init(
    folder_name: Annotated[Path, Parameter(name="DIR", help="The folder to make, or one that is there.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Make a project."""
    made = _folder(folder_name, options.config)
    if str(options.config / "brand.yaml") in made and not (folder_name / "data").exists():
        build(folder_name, seed=1)
        live(folder_name, SAMPLE_UNTIL)
        made.append(_SAMPLE)
    made += _store(folder_name, options.config)  # last: it may be on a server that is not ready
    document = {"folder": str(folder_name.resolve()), "made": made}
    lines = [f"  + {one}" for one in made] or ["  Everything was there already; nothing was changed."]
    answer(
        options,
        document,
        [f"Project {folder_name}", *lines, "", *_next_steps(folder_name, options.config, sample=_SAMPLE in made)],
    )
    return 0


def make_project(project: Path, config: Path = Path("config"), key: str | None = None) -> list[str]:
    """Make what a project lacks, and return what was made; raises ConfigError and StoreError where that cannot be."""
    return _folder(project, config, key) + _store(project, config)


def _folder(project: Path, config: Path, key: str | None = None) -> list[str]:
    made: list[str] = []
    try:
        project.mkdir(parents=True, exist_ok=True)
        if not any((project / config).glob("*.yaml")):
            made += _copied(folder("config"), project / config, project, "*.yaml")
        if not (project / "templates").exists():
            made += _copied(folder("templates") / "messages", project / "templates" / "messages", project, "*.j2")
        made += _ignored(project / ".gitignore")
        if not os.environ.get(KEY_VARIABLE) and write_key(project, key):
            made.append(str(KEY_FILE))
    except OSError as error:
        raise ConfigError(f"The folder {str(project)!r} cannot be written ({error.strerror}).") from error
    return made


def _store(project: Path, config: Path) -> list[str]:
    name, before, after = bring_up(load(project / config))
    return [] if before == after else [f"store {name} (schema {after})"]


def _copied(source: Path, target: Path, project: Path, pattern: str) -> list[str]:
    files = sorted(source.glob(pattern))
    target.mkdir(parents=True, exist_ok=True)
    fresh = [file for file in files if not (target / file.name).exists()]
    for file in fresh:
        shutil.copyfile(file, target / file.name)
    return [str((target / file.name).relative_to(project)) for file in fresh] if target.is_relative_to(project) else []


def _ignored(file: Path) -> list[str]:
    """Keep the key, the store and customers' data out of version control."""
    there = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    missing = [line for line in _IGNORED if line not in there and f"/{line}" not in there]
    if not missing or (there and _IGNORED[0] in there):
        return []
    file.write_text("\n".join([*there, *missing]) + "\n", encoding="utf-8")
    return [file.name]


def _next_steps(project: Path, config: Path, *, sample: bool) -> list[str]:
    here = [] if project.resolve() == Path.cwd() else [f"  cd {project}"]
    steps = {
        "flywheel check": "the first pages of each source, each template, each channel; sends nothing",
        "flywheel run": "one cycle on the sample; its feedback is old, so nobody would be written to",
        f"edit {config}/*.yaml": "your own brand, sources, plays; `flywheel try FILE` shows readings",
        "flywheel run --shadow": "one cycle that decides and records, and sends nothing",
    }
    if not sample:
        del steps["flywheel run"]
    return ["Next steps:", *here, *(f"  {what:<24}{why}" for what, why in steps.items())]
