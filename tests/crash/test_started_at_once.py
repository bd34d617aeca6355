"""Eight processes start the same cycle at the same moment: one turns, the others are told who does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import pytest
from crowd import Stage, crowd
from dumps import differences, dump
from places import Place
from soak import amount
from sweep import undisturbed

from flywheel.domain.cycle import Tally
from flywheel.errors import FencedError, LeaseHeldError
from flywheel.turn import turn_local

CROWD, SECONDS = 8, 60
WAITING_STEP = """
import time
from pathlib import Path
from flywheel.domain.cycle import Tally

def wait(wheel, cycle):
    end = time.monotonic() + 120
    while not Path(__file__).with_name("go").exists() and time.monotonic() < end:
        time.sleep(0.02)
    return Tally(step="waiting:wait")
"""


def start_together(place: Place, stage: Stage) -> dict[int, Any]:
    """Return what each of a crowd met, by process id: who gets in waits inside until all have come in, or gone."""

    def until_all_have_come(step: str, tally: Tally | None) -> None:
        if step != "listen" or tally is not None:
            return
        stage.tell(os.getpid(), ("is in", ""))
        end = time.monotonic() + SECONDS
        while len(stage.told()) < CROWD and time.monotonic() < end:
            time.sleep(0.01)

    def start(_number: int) -> None:
        met: tuple[str, str]
        try:
            met = turn_local(place.request, until_all_have_come).status, ""
        except (LeaseHeldError, FencedError) as error:
            met = type(error).__name__, str(error)
        stage.tell(os.getpid(), met)

    assert crowd(CROWD, start) == [0] * CROWD
    return stage.told()


@pytest.mark.slow
def test_of_eight_that_start_at_once_one_turns_and_the_others_say_who_does(place: Place) -> None:
    _, expected = undisturbed(place)
    for number in range(amount(1, 20)):
        met = start_together(place.reset(), Stage(place.folder.parent / f"stage{number}"))
        [turned] = [who for who, (what, _) in met.items() if what == "completed"]
        refused = [(what, message) for who, (what, message) in met.items() if who != turned]
        assert [what for what, _ in refused] == ["LeaseHeldError"] * (CROWD - 1)
        assert all(f"process {turned} on" in message for _, message in refused)
        assert differences(expected, dump(place.folder)) == []


def test_whoever_comes_after_the_winner_has_ended_finds_all_done_and_doubles_nothing(place: Place) -> None:
    """Nobody waits here: a process that gets the lease later turns the same window again, and changes nothing."""
    _, expected = undisturbed(place)
    place.reset()
    stage = Stage(place.folder.parent / "stage")

    def start(number: int) -> None:
        try:
            stage.tell(number, turn_local(place.request).status)
        except LeaseHeldError:
            stage.tell(number, "held")

    assert crowd(CROWD, start) == [0] * CROWD
    assert set(stage.told().values()) <= {"completed", "held"}
    assert "completed" in stage.told().values()
    assert differences(expected, dump(place.folder)) == []


@pytest.mark.slow
def test_of_eight_commands_one_ends_with_0_and_seven_with_3(sqlite_place: Place) -> None:
    folder = sqlite_place.folder
    (folder / "waiting.py").write_text(WAITING_STEP, encoding="utf-8")
    with (folder / "config" / "all.yaml").open("a", encoding="utf-8") as config:
        config.write("steps: {cycle: ['waiting:wait', listen, understand, predict, decide, act]}\n")
    command = [sys.executable, "-m", "flywheel", "run", "--engine", "local", "--config", str(folder / "config")]
    left = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(CROWD)]
    refused: list[subprocess.Popen[str]] = []
    end = time.monotonic() + SECONDS
    while len(refused) < CROWD - 1 and time.monotonic() < end:
        refused = [one for one in left if one.poll() is not None]
        time.sleep(0.02)
    (folder / "go").touch()
    said = {one.pid: one.communicate(timeout=SECONDS)[1] for one in left}
    [turned] = [one for one in left if one.returncode == 0]
    assert [one.returncode for one in left if one is not turned] == [3] * (CROWD - 1)
    assert all(f"process {turned.pid} on" in said[one.pid] for one in left if one is not turned)
    left_behind = dump(folder)
    assert {view: len(left_behind[view]) for view in ("v_feedback", "v_reading", "v_cycle")} == {
        "v_feedback": 12, "v_reading": 12, "v_cycle": 1,
    }  # fmt: skip


def test_the_crowd_would_see_a_lease_that_refuses_nobody(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: every holder is taken for dead."""
    from flywheel.store import lease

    monkeypatch.setattr(lease, "_alive", lambda *_holder: False)
    met = start_together(place, Stage(place.folder.parent / "stage"))
    assert [what for what, _ in met.values()].count("LeaseHeldError") < CROWD - 1
