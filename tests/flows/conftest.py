"""One Prefect server for all tests of this room, the very one that ships, and a small project to turn."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import planted_steps
import pytest

from flows.server import TemporaryServer
from flywheel.config import load
from flywheel.store.schema import migrate
from flywheel.turn import TurnRequest
from flywheel.vault import open_vault
from flywheel.wheel import database_url, store_facts

UNTIL = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEPS = ("counts", "waits", "comes_right", "stays_away", "cannot", "is_replaced", "blurts")
PROJECT = """
brand: {name: Acme}
sources: [{kind: csv, id: none, path: none.csv, brand: Acme, columns: {text: text}}]
analyzer: {kind: "planted_steps:Mute"}
steps:
  cycle: [STEPS]
  triage: [STEPS]
""".replace("STEPS", ", ".join(f"planted_steps:{name}" for name in STEPS))


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start the server, point Prefect at it, and return the folder where both keep everything."""
    server = TemporaryServer(tmp_path_factory.mktemp("room") / "prefect", lean=True)
    with pytest.MonkeyPatch.context() as patch:

        def point() -> None:
            for name, value in server.client_environment().items():
                patch.setenv(name, value)
            importlib.import_module("prefect.main")

        server.start(lambda _line: None, meanwhile=point)
        from prefect.events.worker import EventsWorker
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield server.home
        EventsWorker.drain_all(timeout=10, at_exit=False)
        server.stop()


@pytest.fixture
def make_project(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Return what makes a project whose steps are the planted ones, and returns its config folder."""
    monkeypatch.setenv("FLYWHEEL_KEY", "0" * 64)
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)

    def make(folder: Path) -> Path:
        config = folder / "config"
        config.mkdir(parents=True)
        (folder / ".flywheel").mkdir()
        (config / "project.yaml").write_text(PROJECT, encoding="utf-8")
        migrate(database_url(folder), store_facts(load(config), open_vault(folder)))
        return config

    return make


@pytest.fixture
def request_of(make_project: Callable[[Path], Path], tmp_path: Path) -> Callable[..., TurnRequest]:
    """Return what makes a request for some of the planted steps of one project."""
    config = make_project(tmp_path / "project")

    def request(*steps: str, flow: Any = "cycle") -> TurnRequest:
        planted_steps.tries.clear()
        named = tuple(f"planted_steps:{step}" for step in steps)
        return TurnRequest(config=config, flow=flow, until=UNTIL, as_of=UNTIL, steps=named)

    return request
