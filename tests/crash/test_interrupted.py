"""A turn that was cut short is taken up again by the same plain command, and by no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from small_project import KEY, ready, write_project
from sweep import DIED, die_at

from flywheel.store import Store
from flywheel.turn import TurnRequest, turn_local
from flywheel.wheel import database_url

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the kill forks")
MIDWAY = 300


@pytest.fixture
def project(monkeypatch, tmp_path) -> Path:
    """Return a project whose first turn died midway."""
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    write_project(tmp_path / "project")
    ready(tmp_path / "project")
    assert die_at(TurnRequest(config=tmp_path / "project" / "config"), MIDWAY) == DIED
    return tmp_path / "project"


def cycles(project: Path) -> dict[str, str]:
    store = Store(database_url(project))
    with store.read() as shelves:
        found = {one.cycle.id: one.status for one in shelves.cycles.history()}
    store.close()
    return found


def test_a_plain_run_finishes_what_was_interrupted(project):
    [left] = cycles(project)
    assert cycles(project) == {left: "running"}
    result = turn_local(TurnRequest(config=project / "config"))
    assert result.cycle_id == left
    assert cycles(project) == {left: "completed"}


def test_a_run_that_asks_for_shadow_does_not_take_up_a_live_turn(project):
    [left] = cycles(project)
    result = turn_local(TurnRequest(config=project / "config", shadow=True))
    assert result.mode == "shadow"
    assert result.cycle_id != left
    assert not (project / "outbox").exists()


def test_a_run_of_some_steps_does_not_close_what_was_interrupted(project):
    [left] = cycles(project)
    result = turn_local(TurnRequest(config=project / "config", steps=("listen",)))
    assert result.cycle_id != left
    assert cycles(project)[left] == "running"
