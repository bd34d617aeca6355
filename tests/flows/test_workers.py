"""Several workers under Prefect: each takes a span, and Prefect sees names and numbers of spans only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_project import CONFIG, KEY, ready, request, write_project

from flywheel.turn import TurnResult


@pytest.mark.slow
def test_a_step_that_can_be_divided_becomes_tasks_of_spans(
    prefect_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import launch

    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    write_project(tmp_path)
    divided = CONFIG.replace("batch_size: 5", "batch_size: 1\nworkers: 2")
    (tmp_path / "config" / "all.yaml").write_text(divided, encoding="utf-8")
    ready(tmp_path)
    state = launch.flow_run(request(tmp_path))
    result = state.result(raise_on_failure=False)
    assert isinstance(result, TurnResult)
    assert {tally.step: tally.done for tally in result.steps if tally.step in ("listen", "understand")} == {
        "listen": 12,
        "understand": 12,
    }
    with closing(sqlite3.connect(prefect_home / "prefect.db")) as prefect:
        run = (str(state.state_details.flow_run_id),)
        names = {name for (name,) in prefect.execute("SELECT name FROM task_run WHERE flow_run_id = ?", run)}
    assert {name for name in names if name.startswith("understand")} == {
        "understand 1 to 4", "understand 5 to 8", f"understand 9 to {2**62}",
    }  # fmt: skip
