"""Two hundred planted names, addresses and words: in the store they may be, in Prefect, logs and screens never."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flywheel.assets import folder
from flywheel.town import build, canaries, live

SEED = 3
THURSDAY = datetime(2026, 1, 8, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def turned(tmp_path_factory, ready):
    """Return a town full of canaries after one turn as a Prefect flow, by the real command, and what it printed."""
    project = tmp_path_factory.mktemp("canaries")
    shutil.copytree(folder("config"), project / "config")
    build(project, SEED, plant_canaries=True)
    live(project, THURSDAY)
    ready(project)
    printed = flywheel(project, "run", "--until", THURSDAY.isoformat())
    assert printed.returncode == 0, printed.stderr
    return project, printed


def flywheel(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-m", "flywheel", *words]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_canaries_were_heard(turned):
    project, _ = turned
    said = b"".join(path.read_bytes() for path in (project / "data").iterdir())
    assert sum(one.encode() in said for one in canaries(SEED)) == 200


def test_no_canary_is_in_prefects_home_or_on_the_screen(turned):
    project, printed = turned
    home = project / ".flywheel" / "prefect"
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    kept = b"".join(path.read_bytes() for path in files) + printed.stdout.encode() + printed.stderr.encode()
    assert [one for one in canaries(SEED) if one.encode() in kept] == []


def test_no_canary_is_in_the_names_the_machine_keeps_of_what_it_did(turned):
    project, _ = turned
    connection = sqlite3.connect(project / ".flywheel" / "flywheel.db")
    told = "".join(
        str(row)
        for view in ("v_cycle", "v_audit", "v_set_aside", "v_decision", "v_prediction", "v_person", "v_delivery")
        for row in connection.execute(f"SELECT * FROM {view}")
    )
    connection.close()
    assert [one for one in canaries(SEED) if one in told] == []


def test_no_canary_is_in_an_error_when_everything_breaks(turned, tmp_path):
    project, _ = turned
    broken = shutil.copytree(project, tmp_path / "broken")
    connection = sqlite3.connect(broken / ".flywheel" / "flywheel.db")
    connection.executescript(
        "CREATE TRIGGER refuse BEFORE INSERT ON feedback BEGIN SELECT RAISE(ABORT, 'refused'); END;"
        "DELETE FROM source_cursor; DELETE FROM reading; DELETE FROM inbox; DELETE FROM mention; DELETE FROM score;"
        "DELETE FROM feedback;"
    )
    connection.close()
    printed = flywheel(broken, "run", "--engine", "local")
    assert printed.returncode == 1
    assert "refused a statement" in printed.stdout + printed.stderr
    assert [one for one in canaries(SEED) if one in printed.stdout + printed.stderr] == []


def test_a_successful_run_ends_without_noise(turned):
    _, printed = turned
    lowered = printed.stderr.lower()
    assert [word for word in ("traceback", "error", "cancelled", "telemetry") if word in lowered] == []
