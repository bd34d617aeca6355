"""YAML files as one tree that remembers on which line of which file each value stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flywheel.errors import ConfigError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@dataclass(slots=True)
class YamlTree:
    """The merged content of a folder's YAML files: `raw` as written, `values` with `${NAME}` filled in."""

    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str | int, ...], tuple[Path, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    filled: dict[str, str] = field(default_factory=dict)
    """`${NAME}` of each value that came from the environment: a message shows the name, never the value."""

    def place(self, path: tuple[str | int, ...]) -> str:
        """Return "file, line N" of a path, or of its nearest parent that stands in a file."""
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return f"{found[0]}, line {found[1]}"
        return "config"


def read_folder(folder: Path, environment: Mapping[str, str]) -> YamlTree:
    """Read every *.yaml of a folder, in order of their names; a section that stands in two files is an error."""
    if not folder.is_dir():
        raise ConfigError(f"There is no configuration folder {str(folder)!r}: create one with `flywheel init DIR`.")
    tree = YamlTree()
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigError(f"The folder {str(folder)!r} holds no *.yaml file: `flywheel init DIR` writes an example.")
    for file in files:
        content = _read_file(file)
        for key, value in content.items():
            if key in tree.raw:
                raise ConfigError(f"{file}: section {key!r} stands in {tree.places[(key,)][0]} too; keep one.")
            tree.places[(key,)] = (file, content.lc.key(key)[0] + 1)
            tree.raw[key] = _walk(tree, value, (key,), file, None)
            tree.values[key] = _walk(tree, value, (key,), file, environment)
    return tree


def _read_file(file: Path) -> CommentedMap:
    try:
        content = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ConfigError(f"{file}, line {line}: this is not valid YAML ({error.problem}).") from None
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{file} cannot be read ({type(error).__name__}).") from error
    if content is None:
        return CommentedMap()
    if not isinstance(content, CommentedMap):
        raise ConfigError(f"{file}: a configuration file holds sections (`name:`), not a {type(content).__name__}.")
    return content


def _walk(
    tree: YamlTree, value: Any, path: tuple[str | int, ...], file: Path, environment: Mapping[str, str] | None
) -> Any:
    if isinstance(value, CommentedMap):
        for key in value:
            tree.places[(*path, key)] = (file, value.lc.key(key)[0] + 1)
        return {key: _walk(tree, item, (*path, key), file, environment) for key, item in value.items()}
    if isinstance(value, CommentedSeq):
        for index in range(len(value)):
            tree.places[(*path, index)] = (file, value.lc.item(index)[0] + 1)
        return [_walk(tree, item, (*path, index), file, environment) for index, item in enumerate(value)]
    if isinstance(value, str):
        return _filled(tree, str(value), path, environment) if environment is not None else str(value)
    return value


def _filled(tree: YamlTree, text: str, path: tuple[str | int, ...], environment: Mapping[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        if name in environment:
            tree.filled[environment[name]] = match.group()
            return environment[name]
        if default is None:
            tree.problems.append(f"{tree.place(path)}: the environment has no {name}; set it before you start.")
        return default or ""

    return _VARIABLE.sub(fill, text)
