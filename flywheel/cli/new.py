"""Begin a plugin of your own: a module that works, and a test of it that passes; written once, never overwritten."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.new_words import CHANNEL, POLICY, SOURCE, STEP, Beginning
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_]*")

Name = Annotated[str, Parameter(help="Its name: small letters, digits and _; the module is called so.")]
Folder = Annotated[Path, Parameter(name="--dir", help="Where to write it: the project folder.")]


def source(name: Name, /, *, folder: Folder = Path(), options: Options = PLAIN) -> int:
    """Begin a source."""
    return _begin(SOURCE, name, folder, options)


def step(name: Name, /, *, folder: Folder = Path(), options: Options = PLAIN) -> int:
    """Begin a step."""
    return _begin(STEP, name, folder, options)


def policy(name: Name, /, *, folder: Folder = Path(), options: Options = PLAIN) -> int:
    """Begin a policy."""
    return _begin(POLICY, name, folder, options)


def channel(name: Name, /, *, folder: Folder = Path(), options: Options = PLAIN) -> int:
    """Begin a channel."""
    return _begin(CHANNEL, name, folder, options)


def _begin(beginning: Beginning, name: str, folder: Path, options: Options) -> int:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigError(f"{name!r} cannot be the name of a module: write small letters, digits and _.")
    title = "".join(part.capitalize() for part in name.split("_"))
    files = {
        folder / f"{name}.py": beginning.code, folder / f"test_{name}.py": beginning.test,
    }  # fmt: skip
    for path in files:
        if path.exists():
            raise ConfigError(f"{str(path)!r} is there already, and is not overwritten: choose another name.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_text(content.replace("@name@", name).replace("@Name@", title), encoding="utf-8")
    yaml = beginning.yaml.replace("@name@", name).replace("@Name@", title)
    lines = [*(f"Wrote {path}." for path in files), f"Its test passes: pytest {folder / f'test_{name}.py'}",
             "In config/*.yaml:", *(f"    {line}" for line in yaml.splitlines())]  # fmt: skip
    answer(options, {"files": [str(path) for path in files], "yaml": yaml}, lines)
    return 0
