"""What Listen costs beside the least it could cost and a plain way to do it: CPU seconds, rows a CPU second, memory.

Run it as `python tests/benchmarks/bench_listen.py [ROWS]` (100,000 unless said otherwise). Every part has a process of
its own and is measured without what it takes to start one; ratios are taken within one run, for machines are noisy.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import hmac
import os
import platform
import re
import resource
import sqlite3
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from crowd_project import UNTIL, write_project
from personal_data import KINDS, is_found, sayings
from pydantic import BaseModel

from flywheel.config import load
from flywheel.config.settings import zone_of
from flywheel.domain.cycle import BEGINNING, Cycle, Window
from flywheel.domain.redaction import Redaction
from flywheel.listen.prepare import prepare
from flywheel.listen.redact import redact
from flywheel.listen.table_file import PAGE_ROWS
from flywheel.steps.listening import listen
from flywheel.store import migrate
from flywheel.vault import open_vault
from flywheel.wheel import Flywheel, database_url, store_facts

ROWS = 100_000
_VALUES = 2_000
KEY = "0" * 64
_EMAIL = re.compile(r"[\w.%+\-]{1,64}@(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}")


class PlainRow(BaseModel):
    """A row as one would write it down first."""

    id: str
    said_at: datetime
    brand: str
    person: str
    medium: str
    segment: str
    nps: str
    text: str


def main() -> None:
    """Print the figures of every part beside this machine's description."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, SQLite {sqlite}; {rows:,} rows")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "crowd"
        write_project(project, rows)
        floor = plain = 0.0
        for name, part in PARTS.items():
            seconds, mebibytes = _measured(part, project)
            floor, plain = floor or seconds, plain or (seconds if part is a_plain_way else 0.0)
            ratios = f"{seconds / floor:6.1f} x the floor" + (
                f", {seconds / plain:5.2f} x the plain way" if plain else ""
            )
            rate = f"{seconds:7.2f} CPU s, {rows / seconds:9,.0f} rows a CPU s, {1e6 * seconds / rows:6.1f} us a row"
            print(f"{name:32}{rate}, {ratios}, peak {mebibytes:,.0f} MiB")


def the_floor(project: Path) -> None:
    """Parse the file and insert its columns into SQLite."""
    with (project / "data" / "crowd.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        _insert(project / "floor.db", len(next(reader)), reader)


def a_plain_way(project: Path) -> None:
    """The same with a uuid5, an HMAC, a search for e-mail addresses and a validated record for each row."""
    key = bytes.fromhex(KEY)

    def made(row: list[str]) -> tuple[object, ...]:
        person = hmac.new(key, row[3].encode(), hashlib.sha256).hexdigest()
        record = PlainRow(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"crowd {row[0]}").hex, said_at=row[1], brand=row[2], person=person,  # type: ignore[arg-type]
            medium=row[4], segment=row[5], nps=row[6], text=_EMAIL.sub("[e-mail]", row[7]),
        )  # fmt: skip
        return (*record.model_dump(mode="json").values(),)

    with (project / "data" / "crowd.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        _insert(project / "plain.db", len(next(reader)), map(made, reader))


def parse_and_prepare(project: Path) -> None:
    """All that Listen does with feedback before the store takes over."""
    settings = load(project / "config")
    vault, seen = open_vault(project), Counter[str]()
    zone = zone_of(settings)
    for source in settings.sources:
        for page in source.fetch(None):
            prepare(page.rows, source, zone, vault.pseudonym, seen)


def redaction_only(project: Path) -> None:
    """Take personal data out of the texts, which lie in memory."""
    with (project / "data" / "crowd.csv").open(encoding="utf-8", newline="") as file:
        texts = [row[7] for row in csv.reader(file)]
    began = time.process_time()
    for at in range(0, len(texts), PAGE_ROWS):
        redact(texts[at : at + PAGE_ROWS], Redaction(), ["Own"])
    print(f"    redaction alone: {len(texts) / (time.process_time() - began):,.0f} texts a CPU s")


def redaction_finds(_: Path) -> None:
    """Take out made-up values, and say how many of each kind were found."""
    for kind in KINDS:
        values, texts = zip(*sayings(kind, _VALUES), strict=True)
        told = redact(list(texts), Redaction())
        found = sum(map(is_found, [kind] * _VALUES, values, told))
        print(f"    {kind}: {found / _VALUES:.4f} of {_VALUES:,} made-up values found")


def feedback_only(project: Path) -> None:
    """The step without its people."""
    _listen(project, people=False)


def the_whole_step(project: Path) -> None:
    """The step as it stands in a cycle."""
    _listen(project, people=True)


PARTS: dict[str, Callable[[Path], None]] = {
    "floor: csv, executemany": the_floor,
    "plain: uuid5, HMAC, pydantic": a_plain_way,
    "read texts, redact them": redaction_only,
    "redact made-up personal data": redaction_finds,
    "parse and prepare, no store": parse_and_prepare,
    "the step, feedback only": feedback_only,
    "the step, with its people": the_whole_step,
}


def _listen(project: Path, *, people: bool) -> None:
    wheel = Flywheel.open(project / "config")
    if not people:
        wheel = replace(wheel, settings=wheel.settings.model_copy(update={"people": ()}))
    window = Window(since=BEGINNING, until=UNTIL)
    cycle = Cycle(
        id="c" * 32, flow="cycle", window=window, as_of=UNTIL, mode="live", period=0, config_hash="bench", fence=0
    )
    with wheel.store.write(None) as shelves:
        held = shelves.cycles.begin(cycle, ("listen",), UNTIL, "bench")
    tally = listen(wheel, held)
    if tally.failed or not tally.done:
        raise SystemExit(f"the step did not listen: {tally}")


def _insert(path: Path, width: int, rows: object) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE floor ({', '.join(f'c{n}' for n in range(width))})")
        connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * width)})", rows)  # type: ignore[arg-type]


def _measured(part: Callable[[Path], None], project: Path) -> tuple[float, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_alone, part, project).result()


def _alone(part: Callable[[Path], None], project: Path) -> tuple[float, float]:
    """Return the CPU seconds of a part and the most memory that its process ever held, in MiB."""
    os.environ["FLYWHEEL_KEY"] = KEY
    url = database_url(project)
    for file in (project / ".flywheel").glob("flywheel.db*"):
        file.unlink()
    migrate(url, store_facts(load(project / "config"), open_vault(project)))
    gc.collect()
    began = time.process_time()
    part(project)
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
