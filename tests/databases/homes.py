"""Where the projects of a test keep their stores: each in a SQLite file of its own, or in a database of the server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from databases import Postgres
from sqlalchemy import create_engine, text

from flywheel.config import load
from flywheel.domain.explanation import Explanation
from flywheel.steps.explaining import explain
from flywheel.store import Store, migrate
from flywheel.turn import TurnRequest, TurnResult, turn_local
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, database_url, store_facts

KEY = "5eed" * 16


class Homes:
    """Projects whose stores are of one kind; without a server they live in files."""

    def __init__(self, server: Postgres | None = None) -> None:
        self._server = server
        self._urls: dict[Path, str] = {}

    def ready(self, project: Path) -> Path:
        """Make the store of a project."""
        if self._server is not None:
            self._urls[project] = self._server.fresh()
        with self.at(project):
            migrate(database_url(project), store_facts(load(project / "config"), open_vault(project)))
        return project

    def copy(self, origin: Path, target: Path) -> Path:
        """Copy a project with its store."""
        shutil.copytree(origin, target)
        if self._server is not None:
            self._urls[target] = self._server.copy(self._urls[origin])
        return target

    def turn(self, project: Path, flow: str, until: datetime, **asked: Any) -> TurnResult:
        """Turn a flow of a project with the local engine."""
        with self.at(project):
            return turn_local(TurnRequest(config=project / "config", flow=flow, until=until, **asked))

    def rows(self, project: Path, view: str) -> list[dict[str, Any]]:
        """Return a view of a project's store."""
        with self.at(project):
            store = Store(database_url(project))
        with store.read() as shelves:
            names, found = shelves.views.rows(view)
            whole = [dict(zip(names, row, strict=True)) for row in found]
        store.close()
        return whole

    def explain(self, project: Path, start: str) -> Explanation:
        """Return where something of a project comes from, by the beginning of its id."""
        with self.at(project), Flywheel.open(project / "config") as wheel:
            return explain(wheel, start)

    def execute(self, project: Path, statement: str) -> int:
        """Run a statement on a project's store; return how many rows it changed."""
        with self.at(project):
            engine = create_engine(database_url(project))
        with engine.begin() as connection:
            changed = connection.execute(text(statement)).rowcount
        engine.dispose()
        return changed

    @contextmanager
    def at(self, project: Path) -> Iterator[None]:
        """Let a project find its store through the environment, as a person would."""
        with patch.dict(os.environ, {"FLYWHEEL_KEY": KEY}):
            os.environ.pop(DATABASE_VARIABLE, None)
            if project in self._urls:
                os.environ[DATABASE_VARIABLE] = self._urls[project]
            yield
