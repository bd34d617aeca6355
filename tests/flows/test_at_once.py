"""Eight flow runs of the same cycle at the same moment, one Prefect server: one turns, seven end as skipped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import planted_steps
import pytest

from flywheel.store import Store
from flywheel.turn import TurnRequest
from flywheel.wheel import database_url

CROWD, SECONDS = 8, 240  # seconds: eight runs on a machine that does other things too


def test_of_eight_flow_runs_at_once_one_turns_and_seven_are_skipped(
    prefect_home: Path, request_of: Callable[..., TurnRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs are threads of one process here: a process each costs four seconds, and `make soak` spends them."""
    from flows import launch

    request, ended = request_of("waits"), list[Any]()

    def start() -> None:
        ended.append(launch.flow_run(request))

    monkeypatch.setattr(planted_steps, "go_on", lambda: len(ended) == CROWD - 1)
    with ThreadPoolExecutor(CROWD) as pool:
        for one in [pool.submit(start) for _ in range(CROWD)]:
            one.result(timeout=SECONDS)
    assert [state.name for state in ended] == ["Skipped"] * (CROWD - 1) + ["Completed"]
    assert all("Another run holds the lease" in state.message for state in ended[:-1])
    assert planted_steps.tries == ["waits"]


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("FLYWHEEL_SOAK") != "1", reason="eight processes with Prefect: `make soak`")
def test_of_eight_commands_with_prefect_one_ends_with_0_and_seven_with_3(
    prefect_home: Path, request_of: Callable[..., TurnRequest]
) -> None:
    config = request_of("waits").config
    go = config.parent / "go"
    run = [sys.executable, "-m", "flywheel", "run", "--config", str(config), "--steps", "planted_steps:waits"]
    world = os.environ | {"PLANTED_GO": str(go), "PYTHONPATH": str(Path(__file__).parent)}
    left = [
        subprocess.Popen(run, env=world, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(CROWD)
    ]
    end = time.monotonic() + 4 * SECONDS
    while sum(one.poll() is not None for one in left) < CROWD - 1 and time.monotonic() < end:
        time.sleep(0.1)
    go.touch()
    said = {one.pid: one.communicate(timeout=4 * SECONDS)[1] for one in left}
    assert sorted(one.returncode for one in left) == [0] + [3] * (CROWD - 1), said
    [turned] = [one.pid for one in left if one.returncode == 0]
    assert all(f"process {turned} on" in words for pid, words in said.items() if pid != turned)
    store = Store(database_url(config.parent))
    with store.read() as shelves:
        assert shelves.views.count("v_cycle") == 1
    store.close()
