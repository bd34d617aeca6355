"""Whole projects in temporary folders, turned by the local engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flywheel.config import load
from flywheel.store import Store, migrate
from flywheel.vault import open_vault
from flywheel.wheel import database_url, store_facts

KEY = "5eed" * 16


@pytest.fixture(scope="module")
def ready() -> Iterator[Callable[[Path], Path]]:
    """Return what makes a folder with a config/ ready to turn (key, migrated store) and returns that config/."""

    def make(project: Path) -> Path:
        settings = load(project / "config")
        migrate(database_url(project), store_facts(settings, open_vault(project)))
        return project / "config"

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYWHEEL_KEY", KEY)
        patch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
        yield make


@pytest.fixture(scope="session")
def rows() -> Callable[[Path, str], list[dict]]:
    """Return what reads a view of a project's store."""

    def read(project: Path, view: str) -> list[dict]:
        store = Store(database_url(project))
        with store.read() as shelves:
            names, found = shelves.views.rows(view)
            whole = [dict(zip(names, row, strict=True)) for row in found]
        store.close()
        return whole

    return read
