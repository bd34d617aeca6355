"""Loading: every problem of a configuration at once, each with its file, its line and a suggestion."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from flywheel.config.settings import SOCKET_KEY, Settings
from flywheel.config.yaml_files import YamlTree, read_folder
from flywheel.errors import ConfigError
from flywheel.plugins import SOCKETS, installed, plugin_class
from flywheel.ports import Plugin

_SECTIONS = {
    "sources": "source", "people": "person_source", "signals": "signal_source", "outcomes": "outcome_source",
    "measures": "measure_source", "analyzer": "analyzer", "predictors": "predictor", "benchmarks": "benchmark",
    "policies": "policy", "channels": "channel",
}  # fmt: skip
_MAX_PROBLEMS = 12
_SHORTEST_SECRET = 4


def load(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a folder; raises ConfigError that names every problem with its file and line.

    Within a process, files that have not changed are read once.
    """
    files = sorted(folder.glob("*.yaml"))
    state = tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    given = os.environ if environment is None else environment
    return _loaded(folder, state, tuple(sorted(given.items())))


@lru_cache(maxsize=4)
def _loaded(folder: Path, _state: tuple[object, ...], environment: tuple[tuple[str, str], ...]) -> Settings:
    tree = read_folder(folder, dict(environment))
    project = folder.resolve().parent
    problems = list(tree.problems)
    values = dict(tree.values)
    for section, socket in _SECTIONS.items():
        if section in values:
            values[section] = _plugins(tree, section, socket, project, problems)
    values["project"] = project
    values["config_hash"] = _hash(tree.raw)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += _told(tree, (), error, Settings)
        raise _error(problems, tree) from None
    if problems:
        raise _error(problems, tree)
    return settings


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration, with every installed plugin, for editors."""
    schema = Settings.model_json_schema()
    for derived in ("project", "config_hash"):
        schema["properties"].pop(derived, None)
    definitions = schema.setdefault("$defs", {})
    for socket in SOCKETS:
        kinds = []
        for kind in installed(socket):
            one = plugin_class(socket, kind).model_json_schema()
            definitions.update(one.pop("$defs", {}))
            one["properties"] = {"kind": {"const": kind}, **one["properties"]}
            one["required"] = ["kind", *one.get("required", [])]
            kinds.append(one)
        own = {"type": "object", "properties": {"kind": {"type": "string", "pattern": ":"}}, "required": ["kind"]}
        definitions[socket] = {"anyOf": [*kinds, own]}
    referred: dict[str, Any] = _referred(schema)
    return referred


def _referred(schema: Any) -> Any:
    if isinstance(schema, dict):
        if SOCKET_KEY in schema:
            return {"$ref": f"#/$defs/{schema[SOCKET_KEY]}"}
        return {key: _referred(value) for key, value in schema.items()}
    return [_referred(value) for value in schema] if isinstance(schema, list) else schema


def _plugins(tree: YamlTree, section: str, socket: str, project: Path, problems: list[str]) -> Any:
    content = tree.values[section]
    if isinstance(content, dict):
        return _plugin(tree, (section,), content, socket, project, problems)
    if not isinstance(content, list):
        problems.append(f"{tree.place((section,))}: {section} holds a list of entries, each with its `kind`.")
        return ()
    found = [_plugin(tree, (section, i), entry, socket, project, problems) for i, entry in enumerate(content)]
    return tuple(plugin for plugin in found if plugin is not None)


def _plugin(
    tree: YamlTree, path: tuple[str | int, ...], entry: Any, socket: str, project: Path, problems: list[str]
) -> Plugin | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
        problems.append(
            f"{tree.place(path)}: an entry of {path[0]} needs its `kind`, one of {list(installed(socket))}."
        )
        return None
    fields = {key: value for key, value in entry.items() if key != "kind"}
    try:
        kind = plugin_class(socket, entry["kind"], project)
    except ConfigError as error:
        problems.append(f"{tree.place((*path, 'kind'))}: {error}")
        return None
    try:
        return kind.model_validate(fields, context={"project": project})
    except ValidationError as error:
        problems += _told(tree, path, error, kind)
        return None


def _told(tree: YamlTree, path: tuple[str | int, ...], error: ValidationError, model: type[BaseModel]) -> Iterable[str]:
    broken = {section for section in _SECTIONS if section in tree.values}
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        where = (*path, *one["loc"])
        if not path and one["type"] == "is_instance_of" and where and where[0] in broken:
            continue  # the plugin itself has been told already, with its own words
        yield f"{tree.place(where)}: {_sentence(one['type'], one['msg'], where, model)}"


def _sentence(kind: str, message: str, where: tuple[str | int, ...], model: type[BaseModel]) -> str:
    name = ".".join(str(part) for part in where)
    if kind == "extra_forbidden":
        close = get_close_matches(str(where[-1]), _field_names(model), n=1)
        return f"there is no setting {name!r}." + (f" Did you mean {close[0]!r}?" if close else "")
    if kind == "missing":
        return f"the setting {name!r} is missing."
    return f"{name + ': ' if name else ''}{message.removeprefix('Value error, ')}."


def _field_names(model: type[BaseModel]) -> list[str]:
    """Return the names that would have fitted: those of the model and of every record it holds."""
    names, waiting, seen = list(model.model_fields), [model], {model}
    while waiting:
        for info in waiting.pop().model_fields.values():
            for part in (info.annotation, *getattr(info.annotation, "__args__", ())):
                if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                    seen.add(part)
                    waiting.append(part)
                    names += part.model_fields
    return names


def _hash(raw: dict[str, Any]) -> str:
    """Hash the files as written: `${NAME}` stays a name, so that no secret enters the hash."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _error(problems: list[str], tree: YamlTree) -> ConfigError:
    unique = list(dict.fromkeys(_masked(problem, tree.filled) for problem in problems))
    more = f"\n... and {len(unique) - _MAX_PROBLEMS} more." if len(unique) > _MAX_PROBLEMS else ""
    return ConfigError("\n".join(unique[:_MAX_PROBLEMS]) + more)


def _masked(problem: str, filled: Mapping[str, str]) -> str:
    """Put `${NAME}` where a message repeats a value from the environment: it may be a secret."""
    place, separator, sentence = problem.partition(": ")
    for value, name in filled.items():
        if len(value) >= _SHORTEST_SECRET:
            sentence = sentence.replace(value, name)
    return place + separator + sentence
