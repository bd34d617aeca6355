"""What is foreseen, decided and written of a person depends on that person alone, however the work is cut."""

from __future__ import annotations

from typing import Any

import pytest

from flywheel.errors import TransientError
from flywheel.steps import deciding, predicting, writing
from flywheel.store.shelves.waiting import WaitingShelf

TABLES = ("prediction", "decision", "verdict", "delivery", "inbox", "learning_use", "lift", "learning")


def cut(patch: pytest.MonkeyPatch, size: int) -> None:
    patch.setattr(predicting, "_PEOPLE", size)
    patch.setattr(deciding, "_PEOPLE", size)
    patch.setattr(deciding, "_LISTED", 2 * size)
    patch.setattr(writing, "_WRITTEN", size)


def stands(walk: Any) -> dict[str, Any]:
    with walk.wheel.store.read() as shelves:
        tallies = [one.model_copy(update={"seconds": 0.0}) for one in shelves.cycles.steps(walk.cycle.id)]
        report = shelves.cycles.report(walk.cycle.id)
    return {name: walk.rows(name) for name in TABLES} | {"tallies": tallies, "report": report and report[0]}


def test_the_size_of_the_parts_changes_nothing(begin_walk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (1, 3, 100_000):
        cut(monkeypatch, size)
        walk = begin_walk(f"in-parts-of-{size}")
        walk.step("predict", "orient", "decide", "act", "learn", "report")
        found.append(stands(walk))
    assert found[0] == found[1] == found[2]
    [tally] = [one for one in found[0]["tallies"] if one.step == "decide"]
    assert tally.done == len(found[0]["decision"]) > 5
    assert {"old news", "no play fits", "nothing is known of the person, so no consent either"} <= set(tally.reasons)
    assert sum(row[3] for row in found[0]["learning_use"]) > 0
    assert len(found[0]["delivery"]) > 3
    assert found[0]["inbox"] == []


def test_a_run_that_dies_between_two_parts_is_finished_by_the_next(
    begin_walk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 4)
    whole, torn = begin_walk("whole"), None
    whole.step("predict", "decide")
    undisturbed = {name: whole.rows(name) for name in TABLES}
    torn = begin_walk("torn")
    torn.step("predict")
    settled, settle = 0, WaitingShelf.settle

    def dies(shelf: WaitingShelf, people: list[str]) -> None:
        nonlocal settled
        settled += 1
        if settled == 4:
            raise TransientError("pulled the plug")
        settle(shelf, people)

    with monkeypatch.context() as patch:
        patch.setattr(WaitingShelf, "settle", dies)
        with pytest.raises(TransientError):
            torn.step("decide")
    assert 0 < len(torn.rows("decision")) < len(undisturbed["decision"])
    torn.step("decide")
    torn.step("decide")
    assert {name: torn.rows(name) for name in TABLES} == undisturbed
