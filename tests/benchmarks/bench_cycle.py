"""What a cycle costs, in CPU seconds: six airlines for the first time, the same again, fourteen rows, `--help`.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_cycle.py`. Ratios are taken within one run, since
machines are noisy; the floor is a bare parse of the same file and one bulk insert of its columns into SQLite.
"""

from __future__ import annotations

import csv
import os
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AIRLINE = Path(__file__).parents[1] / "journeys" / "airline" / "config"
DATA = Path(os.environ.get("FLYWHEEL_DATA", Path(__file__).parents[3] / "shared" / "data")).resolve()
TWEETS = DATA / "01_multibrand_feedback" / "us_airline_tweets.csv"
SMALL = """
brand: {name: Acme}
sources: [{id: notes, kind: csv, path: notes.csv, brand: Acme, columns: {text: text, external_id: id}}]
analyzer: {kind: fast}
"""


def main() -> None:
    """Print the figures beside this machine's description."""
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, SQLite {sqlite}")
    print(f"flywheel --help: {_cpu(Path.cwd(), '--help'):.2f} CPU s")
    with tempfile.TemporaryDirectory() as folder:
        small = _project(Path(folder) / "small")
        (small / "config" / "all.yaml").write_text(SMALL, encoding="utf-8")
        rows = "".join(f"{n},The train was late again and nobody told us why\n" for n in range(14))
        (small / "notes.csv").write_text("id,text\n" + rows, encoding="utf-8")
        _cpu(small, "store", "migrate")
        print(f"14 rows, --engine local: {_cpu(small, 'run', '--engine', 'local'):.2f} CPU s")
        if TWEETS.is_file():
            _airlines(Path(folder) / "airline")
        else:
            print(f"no airline file in {DATA}: set FLYWHEEL_DATA")


def _airlines(folder: Path) -> None:
    project = _project(folder)
    shutil.copy(AIRLINE / "airline.yaml", project / "config")
    _cpu(project, "store", "migrate")
    first = _cpu(project, "run", "--engine", "local")
    again = _cpu(project, "run", "--engine", "local")
    idle = _cpu(project, "cycles")
    floor = _floor(folder / "floor.db")
    print(f"14,640 tweets, first cycle: {first:.2f} CPU s = {14_640 / first:,.0f} a CPU second")
    print(f"the floor (parse and insert): {floor:.2f} CPU s; the first cycle is {first / floor:.0f} times that")
    print(f"the same again: {again:.2f} CPU s, {again / first:.1%} of the first; the process alone: {idle:.2f} CPU s")
    print(f"without what any command costs: {max(again - idle, 0) / (first - idle):.1%} of the first")


def _project(folder: Path) -> Path:
    (folder / "config").mkdir(parents=True)
    return folder


def _cpu(project: Path, *words: str) -> float:
    environment = os.environ | {"FLYWHEEL_KEY": "0" * 64, "FLYWHEEL_DATA": str(DATA)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "flywheel", *words], cwd=project, env=environment, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _floor(path: Path) -> float:
    began = time.process_time()
    with TWEETS.open(encoding="utf-8", newline="") as file, sqlite3.connect(path) as connection:
        rows = list(csv.reader(file))
        connection.execute(f"CREATE TABLE floor ({', '.join(f'c{n}' for n in range(len(rows[0])))})")
        connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * len(rows[0]))})", rows[1:])
    return time.process_time() - began


if __name__ == "__main__":
    main()
