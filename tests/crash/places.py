"""Where a cycle is turned again and again: a project folder with its database, put back to its beginning at will."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from databases import Postgres
from jinja2 import Environment
from small_project import CONFIG, KEY, ready, request, write_project
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from flywheel.listen import table_file
from flywheel.store import engine, store
from flywheel.turn import TurnRequest
from flywheel.wheel import DATABASE_VARIABLE

PAGE_ROWS = 5
"""So that a dozen rows come in several pages."""


@dataclass(frozen=True)
class Place:
    """A project that stands as `origin` stood before its first turn, as often as one likes."""

    folder: Path
    origin: Path
    server: Postgres | None = None
    origin_url: str = ""
    url: str = ""

    @property
    def request(self) -> TurnRequest:
        return request(self.folder)

    def reset(self) -> Place:
        """Put everything back to the beginning: the files, and the database under the same URL."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.origin, self.folder)
        if self.server is not None:
            self.server.copy(self.origin_url, self.url)
        return self


def make_place(folder: Path, patch: pytest.MonkeyPatch, server: Postgres | None = None, config: str = CONFIG) -> Place:
    """Return a place in a folder: in SQLite, or in databases of their own on a server."""
    patch.setenv("FLYWHEEL_KEY", KEY)
    patch.delenv(DATABASE_VARIABLE, raising=False)
    patch.setattr(table_file, "PAGE_ROWS", PAGE_ROWS)
    patch.setattr(store, "open_engines", _kept_engines())
    patch.setattr(Environment, "compile", _kept_code())
    place = Place(folder / "project", folder / "origin")
    if server is not None:
        urls = server.fresh(), server.fresh()
        place = Place(place.folder, place.origin, server, *urls)
        patch.setenv(DATABASE_VARIABLE, place.origin_url)
    shutil.rmtree(place.origin, ignore_errors=True)
    write_project(place.origin, config)
    ready(place.origin)
    if server is not None:
        patch.setenv(DATABASE_VARIABLE, place.url)
    return place.reset()


def leave(place: Place) -> None:
    """Drop the databases of a place."""
    if place.server is not None:
        place.server.drop(place.url)
        place.server.drop(place.origin_url)


def _kept_engines() -> Callable[[URL], tuple[Engine, Engine]]:
    """Return engines that are made once per URL: a forked child finds its statements compiled, and no connection.

    A store that was closed leaves its engine without connections, so none can be shared with a child.
    """
    return lru_cache(engine.open_engines)


def _kept_code() -> Callable[..., Any]:
    """Return Jinja's compiler, which does each template once: it would be a quarter of a turn."""
    compile_anew, known = Environment.compile, dict[Any, Any]()

    def compiled(environment: Environment, source: Any, *names: Any, **options: Any) -> Any:
        key = type(environment), str(source), names, tuple(options.items())
        if key not in known:
            known[key] = compile_anew(environment, source, *names, **options)
        return known[key]

    return compiled


def memory() -> Path | None:
    """Return a folder in memory where there is one: what a kill leaves behind is the same, only sooner."""
    found = Path("/dev/shm")
    return found if found.is_dir() and os.access(found, os.W_OK) else None
