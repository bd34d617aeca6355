"""What a turn looks like from Prefect: its states, its retries, and that no customer's words reach it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import planted_steps
import pytest

from flywheel import turn
from flywheel.domain.cycle import Window
from flywheel.errors import FencedError
from flywheel.turn import TurnRequest, TurnResult

RequestOf = Callable[..., TurnRequest]
Turned = Callable[[TurnRequest], Any]


@pytest.fixture
def turned(prefect_home: Path, monkeypatch: pytest.MonkeyPatch) -> Turned:
    """Turn as a flow run, without the waits between tries, and return the state that it ends in."""
    from flows import engine, launch

    monkeypatch.setattr(engine, "run_step", engine.run_step.with_options(retry_delay_seconds=0))

    def turn_in_prefect(request: TurnRequest) -> Any:
        state = launch.flow_run(request)
        outcome = state.result(raise_on_failure=False)
        if isinstance(outcome, TurnResult):
            launch.wait_until_recorded(state, len(outcome.steps))
        return state

    return turn_in_prefect


def test_a_step_that_may_come_right_is_tried_again(turned: Turned, request_of: RequestOf) -> None:
    state = turned(request_of("counts", "comes_right"))
    assert state.name == "Completed"
    assert planted_steps.tries == ["counts", "comes_right", "comes_right", "comes_right"]


def test_a_step_that_stays_away_fails_after_three_more_tries(turned: Turned, request_of: RequestOf) -> None:
    state = turned(request_of("counts", "stays_away"))
    assert state.name == "Partial"
    assert planted_steps.tries.count("stays_away") == 4
    assert state.result(raise_on_failure=False).steps[1].error == "The shop does not answer."


def test_a_step_that_cannot_come_right_is_tried_once_and_shows_as_failed(
    turned: Turned, request_of: RequestOf, prefect_home: Path
) -> None:
    state = turned(request_of("counts", "cannot"))
    assert planted_steps.tries == ["counts", "cannot"]
    assert (state.type, state.name) == ("FAILED", "Partial")
    assert task_states(prefect_home, state) == {
        "planted_steps:counts": "COMPLETED",
        "planted_steps:cannot": "FAILED",
    }


def test_a_run_that_was_replaced_stops(turned: Turned, request_of: RequestOf) -> None:
    state = turned(request_of("is_replaced", "blurts"))
    assert planted_steps.tries == ["is_replaced"]
    with pytest.raises(FencedError, match="took over"):
        state.result()


def test_a_run_that_meets_a_running_one_ends_as_skipped(turned: Turned, request_of: RequestOf) -> None:
    request = request_of("counts")
    held = turn.begin(request)
    state = turned(request)
    assert (state.type, state.name) == ("COMPLETED", "Skipped")
    assert planted_steps.tries == []
    turn.finish(request.config, held.id, [])


@pytest.mark.parametrize("steps", [("counts",), ("counts", "cannot")])
def test_prefect_and_the_local_engine_end_alike(
    steps: tuple[str, ...],
    turned: Turned,
    request_of: RequestOf,
    make_project: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    request = request_of(*steps)
    in_prefect = turned(request).result(raise_on_failure=False)
    twin = request.model_copy(update={"config": make_project(tmp_path / "twin")})
    assert without_clock(in_prefect) == without_clock(turn.turn_local(twin))


def test_no_words_of_a_customer_reach_prefect(turned: Turned, request_of: RequestOf, prefect_home: Path) -> None:
    state = turned(request_of("counts", "blurts"))
    assert "ValueError" in state.result(raise_on_failure=False).steps[1].error
    kept = [file for file in prefect_home.rglob("*") if file.is_file()]
    assert any(file.name == "prefect.db" for file in kept)
    assert [file.name for file in kept if b"Kowalska" in file.read_bytes()] == []


def test_a_run_is_named_after_its_window(turned: Turned, request_of: RequestOf, prefect_home: Path) -> None:
    state = turned(request_of("counts", flow="triage"))
    run_id = str(state.state_details.flow_run_id)
    [(name,)] = query(prefect_home, "SELECT name FROM flow_run WHERE id = ?", run_id)
    assert name == "triage 1970-01-01 00:00 to 2026-03-02 12:00"
    [(markdown,)] = query(prefect_home, "SELECT data FROM artifact WHERE flow_run_id = ?", run_id)
    assert "| counts | 3 | 1 | 0 |" in markdown


@pytest.mark.usefixtures("prefect_home")
def test_prefect_shows_the_digest_as_plain_words() -> None:
    from flows import engine

    window = Window(since=datetime(2026, 3, 2, tzinfo=UTC), until=datetime(2026, 3, 9, tzinfo=UTC))
    ended = TurnResult(cycle_id="c1", window=window, status="completed", mode="live", steps=(), report="report.html")
    told = engine.shown_in_prefect(ended, "Delay is what people wrote about most.\n- Why? <b>[no](http://link)</b>\n")
    assert told.startswith("Delay is what people wrote about most.\n\n\\- Why? &lt;b&gt;\\[no\\]")
    assert "Report: `report.html`" in told


def without_clock(result: TurnResult) -> TurnResult:
    steps = tuple(tally.model_copy(update={"seconds": 0.0}) for tally in result.steps)
    return result.model_copy(update={"steps": steps})


def task_states(home: Path, state: Any) -> dict[str, str]:
    run_id = str(state.state_details.flow_run_id)
    return dict(query(home, "SELECT name, state_type FROM task_run WHERE flow_run_id = ?", run_id))


def query(home: Path, statement: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        return database.execute(statement, values).fetchall()
