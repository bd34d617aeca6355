"""A turn that was cut short is taken up again by the same plain command, and by no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import Place
from sweep import DIED, die_at

from flywheel.store import Store
from flywheel.turn import TurnRequest, turn_local
from flywheel.wheel import database_url

MIDWAY = 300


@pytest.fixture
def project(sqlite_place: Place) -> Path:
    """Return a project whose first turn died midway."""
    assert die_at(TurnRequest(config=sqlite_place.folder / "config"), MIDWAY) == DIED
    return sqlite_place.folder


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
