"""A wheel that only listens: a real store, sources that are handed in, turns at moments that a test chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from source_server import START
from sqlalchemy import text

from flywheel.config.settings import Brand, Settings
from flywheel.domain.cycle import Cycle, Tally, Window, cycle_id
from flywheel.steps import listen, understand
from flywheel.store import Store, migrate
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel, store_facts

KEY = bytes.fromhex("c4a5" * 16)


class Post:
    """Listens to some sources, turn by turn."""

    def __init__(self, url: str, **settings: Any) -> None:
        self._settings = {"brand": Brand(name="Own"), "sources": (), "analyzer": FastAnalyzer()} | settings
        vault, made = Vault(KEY), Settings(**self._settings)
        migrate(url, store_facts(made, vault))
        self.now = START
        self.wheel = Flywheel(made, Store(url), vault, lambda: self.now)
        self.turns = 0

    def hear(self, *sources: Any) -> None:
        """Listen to these sources from now on."""
        settings = Settings(**(self._settings | {"sources": tuple(sources)}))
        self.wheel = Flywheel(settings, self.wheel.store, self.wheel.vault, lambda: self.now)

    def cycle(self, now: datetime) -> Cycle:
        self.now, self.turns = now, self.turns + 1
        window = Window(since=now - timedelta(hours=1), until=now)
        cycle = Cycle(
            id=cycle_id("cycle", window), flow="cycle", window=window, as_of=now, mode="live", period=self.turns,
            config_hash="h", fence=0,
        )  # fmt: skip
        with self.wheel.store.write(None) as shelves:
            return shelves.cycles.begin(cycle, ("listen",), now, "0")

    def turn(self, now: datetime, *, read: bool = False) -> Tally:
        """Listen once, as of `now`; read what was heard, if that is wanted."""
        cycle = self.cycle(now)
        tally = listen(self.wheel, cycle)
        if read:
            understand(self.wheel, cycle)
        with self.wheel.store.write(cycle.fence) as shelves:
            shelves.cycles.end(cycle, "completed", now)
        return tally

    def rows(self, query: str) -> Sequence[Any]:
        with self.wheel.store.read() as shelves:
            return shelves._connection.execute(text(query)).all()

    def close(self) -> None:
        self.wheel.store.close()


def sqlite(folder: Path) -> str:
    """Return the URL of a fresh store."""
    return f"sqlite:///{folder / 'listening.db'}"
