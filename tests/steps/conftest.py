"""A project whose steps can be walked one by one, on either database, as often as a test wants."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from small_project import CONFIG, KEY, UNTIL, write_project
from sqlalchemy import text

from flywheel.config import load
from flywheel.domain.cycle import Cycle
from flywheel.domain.initiative import Setting
from flywheel.domain.outcome import Learning
from flywheel.domain.trial import EffectSum, Sums
from flywheel.store import migrate
from flywheel.store.codec import insert_new
from flywheel.store.tables import EffectSumRow
from flywheel.turn import TurnRequest, begin, step_function
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, store_facts

_SECOND_PLAY = """
  - name: guide
    tier: friction
    when: label == "negative" or "delay" in topics
    channel: mail
    template: ease
    mode: live
    addresses: [delay]
    metric: returned
    expected_effect: 0.04
    holdout: 0.3
    not_after_days: 5
  - {name: thanks, tier: relationship, when: label == "positive", channel: mail, template: ease, holdout: 0, mode: live}
"""
_SAID = (
    "The train was late again and nobody said a word.", "Delayed for two hours, I am furious!", "Awful seats.",
    "Wonderful staff, thank you.", "I took the train to work.", "I want my money back, this is a disgrace.",
)  # fmt: skip
_PEOPLE = 24
SUMS = EffectSum._fields[:-1]


@dataclass(frozen=True)
class Walk:
    """A turn that is walked step by step, and what the store holds."""

    wheel: Flywheel
    cycle: Cycle

    def step(self, *names: str) -> None:
        for name in names:
            tally = step_function(name)(self.wheel, self.cycle)
            with self.wheel.store.write(self.cycle.fence) as shelves:
                shelves.cycles.add_step(self.cycle.id, tally, UNTIL)

    def rows(self, table: str) -> list[tuple[object, ...]]:
        with self.wheel.store.read() as shelves:
            found = shelves._connection.execute(text(f"SELECT * FROM {table}"))
            return sorted((tuple(row) for row in found), key=repr)


Begin = Callable[[str], Walk]


@pytest.fixture(params=["sqlite", "postgresql"])
def begin_walk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Return what begins the same turn in a fresh project and store each time it is asked to."""
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    opened: list[tuple[Walk, str]] = []

    def walk(name: str) -> Walk:
        folder = tmp_path / name
        if request.param == "postgresql":
            url = request.getfixturevalue("postgres").fresh()
        else:
            url = f"sqlite:///{folder / '.flywheel' / 'flywheel.db'}"
        monkeypatch.setenv(DATABASE_VARIABLE, url)
        opened.append((_begun(folder), url))
        return opened[-1][0]

    yield walk
    for one, url in opened:
        one.wheel.store.close()
        if request.param == "postgresql":
            request.getfixturevalue("postgres").drop(url)


def _begun(folder: Path) -> Walk:
    write_project(folder)
    (folder / "config" / "all.yaml").write_text(CONFIG + _SECOND_PLAY, encoding="utf-8")
    _write(folder / "talk.csv", ("id", "text", "at", "who", "brand"), [
        (at, _SAID[at % len(_SAID)], UNTIL - timedelta(days=at % 17, minutes=at), f"c{at * 7 % _PEOPLE}", "Acme")
        for at in range(3 * _PEOPLE)
    ])  # fmt: skip
    _write(folder / "people.csv", ("who", "lang", "mail", "yes", "since"), [
        (f"c{at}", "en", f"c{at}@example.com", "yes" if at % 4 else "no", "2025-01-01")
        for at in range(_PEOPLE) if at % 5
    ])  # fmt: skip
    settings = load(folder / "config")
    migrate(os.environ[DATABASE_VARIABLE], store_facts(settings, open_vault(folder)))
    cycle = begin(TurnRequest(config=folder / "config", since=UNTIL - timedelta(days=30), until=UNTIL, as_of=UNTIL))
    walk = Walk(Flywheel.open(folder / "config", lambda: UNTIL), cycle)
    _learned(walk)
    walk.step("listen", "understand")
    return walk


def _learned(walk: Walk) -> None:
    """Have it learned that `ease` does little, and OODA ask for delays first."""
    learning = Learning(
        id="learned", cycle_id="before", subject="play:ease", statement="s", effect=0, low=0, high=0, n=9, change="c",
        before=0.05, after=0.01,
    )  # fmt: skip
    setting = Setting(
        id="set", cycle_id="before", name="focus.topics", value=["delay"], reason="r", evidence=("e",),
        decided_at=UNTIL - timedelta(days=1), expires=UNTIL + timedelta(days=1),
    )  # fmt: skip
    seen = (("default", 100), ("holdout", 500))
    heads = [("2026-02-02", "returned", 7.0, "ease", "a", arm, "friction", "", "", '["ease"]', 0.5) for arm, _ in seen]
    sums = [
        dict(zip(SUMS, head, strict=True)) | dict.fromkeys(Sums._fields, 0) | {"n": 2_000, "happened": happened}
        for head, (_, happened) in zip(heads, seen, strict=True)
    ]
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves.learning.add([(learning, 0.01)])
        insert_new(shelves._connection, EffectSumRow, sums)
        shelves.cycles.add_setting(setting)


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
