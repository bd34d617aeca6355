"""Killed at any point, a plain rerun gives what an undisturbed run gives: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_project import KEY, ready, request, write_project
from sweep import DIED, count_points, die_at, differences, dump, fresh_copy, in_child, turn

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle
from flywheel.listen.prepare import prepare
from flywheel.ports import Source
from flywheel.steps import listening
from flywheel.wheel import Flywheel

EVERY = int(os.environ.get("FLYWHEEL_SWEEP_EVERY", "15"))
"""One point in so many is tried: `make soak` tries them all."""
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Iterator[Path]:
    """Return a folder in memory where there is one: what a kill leaves behind is the same, only sooner."""
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as name:
        yield Path(name)


@pytest.fixture
def origin(folder) -> Path:
    """Return a project that was never turned; one like it was, so that forked children find everything imported."""
    write_project(folder / "warm")
    ready(folder / "warm")
    turn(request(folder / "warm"))
    write_project(folder / "origin")
    ready(folder / "origin")
    return folder / "origin"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the sweep forks")
def test_after_a_kill_at_any_statement_commit_or_message_a_rerun_completes_the_cycle(folder, origin):
    place = fresh_copy(origin, folder / "project")
    points = count_points(request(place), folder / "points")
    undisturbed = dump(place)
    assert undisturbed["messages"]
    tried = range(1, points + 1, EVERY)
    wrong: dict[int, list[str]] = {}
    for fatal in tried:
        fresh_copy(origin, place)
        assert die_at(request(place), fatal) == DIED
        assert in_child(lambda: turn(request(place))) == 0, f"the rerun after point {fatal} failed"
        found = differences(undisturbed, dump(place))
        if found:
            wrong[fatal] = found
    print(f"\n{points} points, killed at {len(tried)} of them: {len(wrong)} reruns differ", file=sys.stderr)
    assert wrong == {}


def test_the_sweep_would_see_a_cursor_that_is_saved_before_its_rows(folder, origin, monkeypatch):
    """A planted bug: what the harness cannot catch, it does not guard."""
    place = fresh_copy(origin, folder / "project")
    points = count_points(request(place), folder / "points")
    undisturbed = dump(place)
    monkeypatch.setattr(listening, "_feedback", cursor_first)
    for fatal in range(1, points, 6):
        fresh_copy(origin, place)
        die_at(request(place), fatal)
        assert in_child(lambda: turn(request(place))) == 0
        if differences(undisturbed, dump(place)):
            return
    pytest.fail("no kill showed the planted bug")


def cursor_first(wheel: Flywheel, cycle: Cycle, source: Source, *_counts: object) -> None:
    """Listen with the cursor in a transaction of its own, ahead of the rows that it covers."""
    for page in source.fetch(listening._cursor(wheel, source.id)):
        heard = prepare(page.rows, source, zone_of(wheel.settings), wheel.vault.pseudonym, Counter())
        with wheel.store.write(cycle.fence) as shelves:
            shelves.feedback.save_cursor(source.id, page.cursor, len(heard), cycle.as_of, cycle.id)
        with wheel.store.write(cycle.fence) as shelves:
            shelves.feedback.add(source.id, heard, cycle, ())
