"""What the report of a cycle costs over a history of a million readings, in CPU seconds and bytes, from the roll-ups.

Run it as `python tests/benchmarks/bench_report.py [ROWS] [FOLDER]` (default 1,000,000: the cycle before it takes a
quarter of an hour). With a folder, what was made there is kept and looked at again. The floor is one scan of the
readings, which is what a report without roll-ups would at least need.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crowd_project import UNTIL, write_project

from flywheel.assets import folder
from flywheel.config import load
from flywheel.report.build import build_report
from flywheel.report.render import render
from flywheel.steps.gathering import gather
from flywheel.store import migrate
from flywheel.turn import TurnRequest, turn_local
from flywheel.vault import open_vault
from flywheel.wheel import Flywheel, database_url, store_facts

T = TypeVar("T")
FORMATS = ("html", "md", "json", "digest")


def main() -> None:
    """Print the figures beside this machine's description."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    os.environ["FLYWHEEL_KEY"] = "0" * 64
    os.environ.pop("FLYWHEEL_DATABASE_URL", None)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if len(sys.argv) > 2:
        _look(_turned(Path(sys.argv[2]), rows))
        return
    with tempfile.TemporaryDirectory() as name:
        _look(_turned(Path(name) / "crowd", rows))


def _turned(project: Path, rows: int) -> Path:
    if not (project / ".flywheel" / "flywheel.db").exists():
        write_project(project, rows)
        migrate(database_url(project), store_facts(load(project / "config"), open_vault(project)))
        result = turn_local(TurnRequest(config=project / "config", until=UNTIL, as_of=UNTIL))
        assert result.status == "completed", result.steps
    return project


def _look(project: Path) -> None:
    with Flywheel.open(project / "config") as wheel, wheel.store.read() as shelves:
        cycle = shelves.cycles.history(1, "cycle")[0].cycle
        facts, gathering = _timed(lambda: gather(wheel.settings, cycle, shelves))
    report, building = _timed(lambda: build_report(facts))
    files, rendering = _timed(lambda: render(report, FORMATS, [folder("templates") / "reports"]))
    with sqlite3.connect(project / ".flywheel" / "flywheel.db") as database:
        [(readings,)] = database.execute("SELECT count(*) FROM reading").fetchall()
        _, scan = _timed(lambda: database.execute("SELECT sum(sentiment), sum(confidence) FROM reading").fetchall())
    whole = gathering + building + rendering
    print(f"{readings:,} readings: {whole:.2f} CPU s (gathering {gathering:.2f}, building {building:.2f}, rendering "
          f"{rendering:.2f}); one bare scan of the readings: {scan:.2f} CPU s")  # fmt: skip
    for name, content in files.items():
        print(f"  {name:12}{len(content):>10,} bytes")


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


if __name__ == "__main__":
    main()
