"""A place to turn in, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import Place, leave, make_place, memory

collect_ignore = [] if hasattr(os, "fork") else [file.name for file in Path(__file__).parent.glob("test_*.py")]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=memory() or tmp_path) as name:
        yield Path(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a project that was never turned; a test that takes it runs on both databases."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = make_place(folder, monkeypatch, server)
    yield made
    leave(made)


@pytest.fixture
def sqlite_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return make_place(folder, monkeypatch)
