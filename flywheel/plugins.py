"""From `kind: csv` in a YAML file to a class: an installed entry point, or `module:Class` from the project folder."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from flywheel.errors import ConfigError
from flywheel.ports import (
    Analyzer,
    BenchmarkProvider,
    Channel,
    MeasureSource,
    OutcomeSource,
    PersonSource,
    Plugin,
    Policy,
    Predictor,
    SignalSource,
    Source,
)

SOCKETS: dict[str, type[Plugin]] = {
    kind.socket: kind
    for kind in (
        Source,
        PersonSource,
        SignalSource,
        OutcomeSource,
        MeasureSource,
        Analyzer,
        Predictor,
        BenchmarkProvider,
        Policy,
        Channel,
    )
}


@cache
def installed(socket: str) -> dict[str, EntryPoint]:
    """Return the installed plugins of a socket by their kind, without importing any."""
    return {point.name: point for point in sorted(entry_points(group=f"flywheel.{socket}"))}


def plugin_class(socket: str, kind: str, project: Path | None = None) -> type[Plugin]:
    """Return the class behind `kind`; raises ConfigError with the nearest installed name when there is none."""
    if ":" in kind:
        loaded = _from_module(kind, project)
    else:
        point = installed(socket).get(kind)
        if point is None:
            raise ConfigError(_unknown(socket, kind))
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"{kind!r} is installed but cannot be loaded: {error}.") from error
    if not (isinstance(loaded, type) and issubclass(loaded, SOCKETS[socket])):
        raise ConfigError(f"{kind!r} is no {SOCKETS[socket].__name__}: it must inherit from flywheel.ports.")
    return loaded


def make_importable(project: Path) -> None:
    """Let `module:name` of the configuration reach the modules of the project folder."""
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))


def _unknown(socket: str, kind: str) -> str:
    names = list(installed(socket))
    close = get_close_matches(kind, names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return (
        f"No {SOCKETS[socket].__name__} of kind {kind!r} is installed.{hint} Installed: {', '.join(names) or 'none'}."
    )


def _from_module(kind: str, project: Path | None) -> object:
    module, _, name = kind.partition(":")
    if project is not None:
        make_importable(project)
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{kind!r} cannot be imported ({type(error).__name__}): is the module installed?") from error
