"""What a million rows cost, step by step, in CPU seconds; what nothing new and a little new cost on top of them.

Run it as `python tests/benchmarks/bench_million.py [ROWS]` (default 1,000,000; it takes a quarter of an hour and two
gigabytes). Ratios are taken within one run, since machines are noisy: the floor is a bare parse of the same file and
one bulk insert of its columns into SQLite. Each turn is a process of its own on the local engine.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crowd_project import UNTIL, write_more, write_project

sys.path.insert(0, str(Path(__file__).parents[1] / "databases"))
KEY = "0" * 64
NEW_ROWS = 10_000
WORKER_ROWS = 200_000
"""How much two workers share: enough to see the speed-up."""


@dataclass(frozen=True)
class Turn:
    """What a turn cost: CPU seconds by step, of the whole process, wall seconds, peak memory in MB."""

    steps: dict[str, float]
    process: float
    wall: float
    peak: float

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of all steps."""
        return sum(self.steps.values())


def main() -> None:
    """Print the figures beside this machine's description."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"SQLite {sqlite3.sqlite_version}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        tenth = _first(Path(name) / "tenth", rows // 10)
        whole = _first(Path(name) / "whole", rows)
        rate = (rows / whole.cpu) / (rows // 10 / tenth.cpu)
        print(f"rate at {rows:,} rows: {rate:.0%} of that at {rows // 10:,}")
        _again(Path(name) / "whole", rows, whole)
        _side_by_side(Path(name) / "crew", min(rows, WORKER_ROWS))


def _first(folder: Path, rows: int) -> Turn:
    write_project(folder, rows)
    turn = _turn(folder, UNTIL, _sqlite(folder))
    print(f"\n{rows:,} rows, first cycle: {turn.cpu:.1f} CPU s = {rows / turn.cpu:,.0f} a CPU second; "
          f"peak memory {turn.peak:,.0f} MB")  # fmt: skip
    for step, seconds in turn.steps.items():
        print(f"  {step:12}{seconds:8.2f} CPU s{seconds / rows * 1e6:8.1f} µs a row")
    print(f"  listen: {rows / turn.steps['listen']:,.0f} rows a CPU second")
    floor = _floor(folder / "data" / "crowd.csv", folder / "floor.db")
    print(f"  floor (bare parse and bulk insert): {rows / floor:,.0f} rows a CPU second; "
          f"listen costs {turn.steps['listen'] / floor:.1f} times that")  # fmt: skip
    (folder / "floor.db").unlink()
    return turn


def _again(folder: Path, rows: int, first: Turn) -> None:
    nothing = _turn(folder, UNTIL + timedelta(hours=1), _sqlite(folder))
    print(f"\nnothing new: {nothing.process:.2f} CPU s for the whole process, {nothing.cpu:.2f} of it the steps")
    write_more(folder, NEW_ROWS, rows)
    more = _turn(folder, UNTIL + timedelta(days=1), _sqlite(folder))
    print(f"{NEW_ROWS:,} new rows on that history: {more.cpu:.2f} CPU s = {more.cpu / first.cpu:.1%} of the first "
          f"cycle (they are {NEW_ROWS / rows:.1%} of it)")  # fmt: skip
    for step, seconds in more.steps.items():
        print(f"  {step:12}{seconds:8.2f} CPU s{seconds / NEW_ROWS * 1e6:8.1f} µs a row")


def _side_by_side(folder: Path, rows: int) -> None:
    from databases import Postgres

    server = Postgres().start()
    try:
        walls = {}
        for workers in (1, 2):
            place = folder / str(workers)
            write_project(place, rows)
            (place / "config" / "workers.yaml").write_text(f"workers: {workers}\n", encoding="utf-8")
            walls[workers] = _turn(place, UNTIL, server.fresh())
    finally:
        server.stop()
    one, two = walls[1], walls[2]
    alone = one.steps["understand wall"] / two.steps["understand wall"]
    print(f"\nPostgreSQL, {rows:,} rows: one worker {one.wall:.1f} s, two workers {two.wall:.1f} s: "
          f"{one.wall / two.wall:.2f} times as fast (understand alone: {alone:.2f} times)")  # fmt: skip


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / '.flywheel' / 'flywheel.db'}"


def _turn(folder: Path, until: datetime, url: str) -> Turn:
    environment = os.environ | {"FLYWHEEL_KEY": KEY, "FLYWHEEL_DATABASE_URL": url}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, __file__, "--turn", str(folder), until.isoformat()]
    told = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    process = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Turn(told["steps"], process, wall, told["peak"])


def _turn_here(folder: Path, until: datetime) -> None:
    """Turn once in this process, and print what each step cost."""
    from flywheel import stepping, turn
    from flywheel.config import load
    from flywheel.store import migrate
    from flywheel.vault import open_vault
    from flywheel.wheel import database_url, store_facts

    settings = load(folder / "config")
    migrate(database_url(folder), store_facts(settings, open_vault(folder)))
    request = turn.TurnRequest(config=folder / "config", until=until, as_of=until)
    cycle = turn.begin(request)
    steps: dict[str, float] = {}
    tallies = []
    for name in turn.plan(request):
        began, wall = _cpu(), time.monotonic()
        tallies.append(stepping.perform(name, request.config, cycle.id))
        steps[name] = _cpu() - began
        if name == "understand":
            understood = time.monotonic() - wall
        if tallies[-1].error:
            raise SystemExit(f"{name}: {tallies[-1].error}")
    turn.finish(request.config, cycle.id, tallies)
    if settings.workers > 1 or "postgresql" in database_url(folder):
        steps["understand wall"] = understood
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"steps": steps, "peak": peak}))


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usages)


def _floor(file: Path, database: Path) -> float:
    began = time.process_time()
    with file.open(encoding="utf-8", newline="") as stream, sqlite3.connect(database) as connection:
        rows = csv.reader(stream)
        header = next(rows)
        connection.execute(f"CREATE TABLE floor ({', '.join(f'c{n}' for n in range(len(header)))})")
        connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * len(header))})", rows)
    return time.process_time() - began


if __name__ == "__main__":
    if "--turn" in sys.argv:
        _turn_here(Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
    else:
        main()
