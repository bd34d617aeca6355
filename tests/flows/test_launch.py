"""What a person meets who runs a flow without a Prefect server of their own."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from flows.interrupts import interrupts_kept
from flywheel.turn import TurnRequest

TURN_TWICE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background begins with it ignored
from flows.launch import run_with_prefect
from flywheel.turn import TurnRequest
say = lambda line: print(line, flush=True)
request = TurnRequest.model_validate_json(sys.argv[1])
print(run_with_prefect(request, say).status)
print(run_with_prefect(request.model_copy(update={"flow": "triage"}), say).status)
"""


@pytest.fixture
def started(request_of: Callable[..., TurnRequest]) -> Callable[[], subprocess.Popen[str]]:
    """Return what starts a process that turns two flows on a temporary server, in a project that never had one."""

    def start() -> subprocess.Popen[str]:
        asked = request_of("counts").model_dump_json()
        return subprocess.Popen(
            [sys.executable, "-c", TURN_TWICE, asked],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {"PYTHONPATH": str(Path(__file__).parent)}


@pytest.mark.slow
def test_the_first_run_is_quiet_private_and_leaves_no_server(
    started: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    out, err = started().communicate(timeout=400)
    assert err == ""
    told = out.splitlines()
    assert told[0].startswith("Starting a temporary Prefect server")
    assert [line for line in told if line == "completed"] == ["completed"] * 2
    assert sum(line.startswith("Starting") for line in told) == 1, "both flow runs share one server"
    home = tmp_path / "project" / ".flywheel" / "prefect"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.glob("prefect.db*")} == {0o600}
    assert (home / "server.log").read_text(encoding="utf-8") == ""
    assert servers_of(home) == []


@pytest.mark.slow
def test_an_interrupt_while_the_server_starts_ends_at_once_and_the_server_follows(
    started: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = started()
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Starting a temporary Prefect server")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=180)
    assert process.returncode == -signal.SIGINT
    home = tmp_path / "project" / ".flywheel" / "prefect"
    last = time.monotonic() + 90
    while servers_of(home) and time.monotonic() < last:
        time.sleep(0.2)
    assert servers_of(home) == []


def test_an_interrupt_that_a_destructor_swallows_is_raised_in_the_end() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    class Swallows:
        def __del__(self) -> None:
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        Swallows()
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def servers_of(home: Path) -> list[str]:
    """Return the processes that were started with this folder as Prefect's home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"PREFECT_HOME={home}".encode() in entry.read_bytes().split(b"\0"):
                found.append(entry.parent.name)
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found
