"""Learn on a million decisions and a million outcomes, and what the next cycle costs: seconds, and times one scan.

Run it as `python tests/benchmarks/bench_effects.py`; ROWS=100000 makes it a tenth. FLYWHEEL_DATABASE_URL names another
database than SQLite in a temporary folder; it must be empty.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.store import Store, migrate
from flywheel.store.bulk import load
from flywheel.store.codec import stamp, table
from flywheel.store.shelves.effects import Window as Effects
from flywheel.store.tables import DecisionRow, OutcomeRow

ROWS = int(os.environ.get("ROWS", "1000000"))
CYCLES = 10
PLAYS = ("explain", "mend", "thank", "offer")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
WINDOW = Effects("returned", 7, PLAYS, control=0.02)
PART = 50_000
DECIDED = (
    "id", "cycle_id", "person_id", "occasion", "occasion_at", "play", "variant", "tier", "channel", "purpose", "score",
    "propensity", "arm_chance", "topic", "segment", "among", "arm", "status", "ruling", "reasons", "learnings",
    "settings", "changed_by", "decided_at", "not_before", "not_after",
)  # fmt: skip
HAPPENED = ("id", "seq", "person_id", "metric", "value", "happened_at", "source", "heard_at", "cycle_id")


def main() -> None:
    """Print what counting all, counting what is new, and counting what came late cost."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("FLYWHEEL_DATABASE_URL") or f"sqlite:///{Path(folder) / 'learn.db'}"
        migrate(url, {"brand_zone": "UTC"})
        store = Store(url)
        for number in range(CYCLES):
            fill(store, number, ROWS // CYCLES)
        as_of = START + CYCLES * WEEK
        scan = timed("one plain scan of both tables", lambda: scanned(store))
        first = timed(f"learn from {ROWS:,} decisions and {ROWS:,} outcomes", lambda: count(store, as_of))
        timed("the same again: nothing is new", lambda: count(store, as_of))
        fill(store, CYCLES, ROWS // 100)
        new = timed(f"the next cycle: {ROWS // 100:,} of each are new", lambda: count(store, as_of + WEEK))
        print(f"first time / plain scan: {first / scan:.1f}; next cycle / first time: {new / first:.3f}")
        late(store, as_of)
        timed("1,000 outcomes of the last week come late", lambda: count(store, as_of + WEEK))
        with store.read() as shelves:
            equal = [one[:-1] for one in shelves.effects.sums()] == [
                one[:-1] for one in shelves.effects.scan(WINDOW, as_of + WEEK)
            ]
        print("sums and a scan of everything are", "equal" if equal else "NOT EQUAL")
        store.close()


def count(store: Store, as_of: datetime) -> None:
    """Add up what has closed."""
    with store.write(None) as shelves:
        shelves.effects.count(WINDOW, as_of)


def scanned(store: Store) -> None:
    """Read every decision and every outcome once."""
    with store.read() as shelves:
        for name in ("decision", "outcome"):
            query = f"SELECT count(*), sum(length(person_id)) FROM {name}"
            shelves._connection.execute(text(query)).all()


def fill(store: Store, number: int, rows: int) -> None:
    """Write a cycle, its decisions, and what happened in the week after."""
    at = START + number * WEEK
    window = Window(since=at - WEEK, until=at)
    cycle = Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=at, mode="live", period=number,
        config_hash="h", fence=0,
    )  # fmt: skip
    with store.write(None) as shelves:
        shelves.cycles.end(shelves.cycles.begin(cycle, ("decide",), at, "0"), "completed", at)
        for first in range(0, rows, PART):
            n, dice = min(PART, rows - first), np.random.default_rng([number, first])
            people = [f"{person:032x}" for person in dice.integers(0, 300_000, n)]
            load(shelves._connection, table(DecisionRow), DECIDED, list(_decisions(cycle, people, first, dice)))
            load(shelves._connection, table(OutcomeRow), HAPPENED, list(_outcomes(cycle, people, first, dice)))


def late(store: Store, as_of: datetime) -> None:
    """Tell of outcomes that happened a week ago and were not heard then."""
    with store.write(None) as shelves:
        last = shelves.outcomes.newest()
        people = shelves._connection.execute(
            text("SELECT person_id FROM decision WHERE decided_at = :at LIMIT 1000"), {"at": stamp(as_of)}
        ).scalars()
        rows = [
            (f"late{at}", last + at, person, "returned", 1.0, stamp(as_of + timedelta(days=2)), "crm", stamp(as_of), "")
            for at, person in enumerate(people, 1)
        ]
        load(shelves._connection, table(OutcomeRow), HAPPENED, rows)


def timed(what: str, work: Any) -> float:
    """Print and return the CPU and wall seconds of some work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    seconds = time.perf_counter() - wall
    print(f"{seconds:7.2f} s ({time.process_time() - cpu:.2f} CPU)  {what}", flush=True)
    return seconds


def _decisions(cycle: Cycle, people: Sequence[str], first: int, dice: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    plays, draws = dice.integers(0, len(PLAYS), len(people)), dice.random(len(people))
    topics, segments = dice.integers(0, 8, len(people)), dice.integers(0, 3, len(people))
    at = stamp(cycle.as_of)
    for place, person in enumerate(people):
        arm = "control" if draws[place] < 0.02 else "holdout" if draws[place] < 0.2 else "default"
        yield (
            f"{cycle.id}{first + place}", cycle.id, person, f"o{place}", at, PLAYS[plays[place]], "a", "friction",
            "mail", "service", 0.1, 0.2, 0.8 if arm == "default" else 0.2, f"t{topics[place]}", f"s{segments[place]}",
            "[]", arm, "decided" if arm == "default" else "held out", "allow", "[]", "[]", "[]", "[]", at, None, at,
        )  # fmt: skip


def _outcomes(cycle: Cycle, people: Sequence[str], first: int, dice: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    hours, who = dice.random(len(people)) * 168, dice.permutation(len(people))
    base = (cycle.period * ROWS) + first
    for place, at in enumerate(who):
        when = stamp(cycle.as_of + timedelta(hours=float(hours[place])))
        yield (f"o{base + place}", base + place, people[at], "returned", 1.0, when, "crm", when, cycle.id)


if __name__ == "__main__":
    main()
