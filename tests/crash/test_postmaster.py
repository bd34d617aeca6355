"""The database server dies eight times while a cycle turns: nothing acknowledged is lost, and the cycle completes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import Postgres
from dumps import differences, dump
from places import make_place
from sqlalchemy import event
from sqlalchemy.engine import Engine

from flywheel.store.views import VIEWS
from flywheel.turn import turn_local

KILLS = 8
CURSOR = (
    "SELECT rows, (SELECT count(*) FROM feedback f WHERE f.source = c.source) FROM source_cursor c WHERE source = %s"
)


@pytest.fixture
def server() -> Iterator[Postgres]:
    """Return a server that no other test needs."""
    own = Postgres().start()
    yield own
    own.stop()


class Killer:
    """Counts statements, and kills the server before every so-manieth; starts it again when somebody waits for it."""

    def __init__(self, server: Postgres, url: str, every: int | None = None) -> None:
        self.statements = self.kills = self.acknowledged = self.lost = self.invented = self.disagreements = 0
        self._server, self._url, self._every = server, url.replace("+psycopg", "", 1), every
        self._before: Counter[Any] | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        event.listen(Engine, "before_cursor_execute", self._statement)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._statement)

    def start_again(self, _seconds: float) -> None:
        """Stand in for the wait before another try."""
        if self._before is None:
            return
        self._server.restart()
        after = self._stored()
        self.acknowledged += self._before.total()
        self.lost += (self._before - after).total()
        self.invented += (after - self._before).total()
        self._before = None

    def _statement(self, *_told: object) -> None:
        if self._before is not None:
            return  # already dead, and not yet noticed
        self.statements += 1
        if self._every and self.kills < KILLS and self.statements % self._every == 0:
            self._before = self._stored()
            self._server.kill()
            self.kills += 1

    def _stored(self) -> Counter[Any]:
        """Return all that is committed, row by row; that is all that was acknowledged, for nobody else writes."""
        with psycopg.connect(self._url) as connection:
            rows = Counter((view, row) for view in VIEWS for row in connection.execute(f"SELECT * FROM {view}"))
            found = connection.execute(CURSOR, ("talk",)).fetchone() or (0, 0)
        self.disagreements += found[0] != found[1]
        return rows


@pytest.mark.slow
def test_a_cycle_outlives_eight_deaths_of_the_database_server(server, tmp_path: Path, monkeypatch):
    place = make_place(tmp_path, monkeypatch, server)
    counter = Killer(server, place.url)
    with counter.watching():
        assert turn_local(place.request).status == "completed"
    undisturbed = dump(place.folder)
    assert undisturbed["messages"]

    place.reset()
    killer = Killer(server, place.url, every=counter.statements // (KILLS + 1))
    with killer.watching():
        result = turn_local(place.request, wait=killer.start_again)
    print(
        f"\n{counter.statements} statements undisturbed; {killer.kills} kills, "
        f"{killer.acknowledged} acknowledged rows seen again, {killer.lost} lost, {killer.invented} too much, "
        f"cursor and rows disagree {killer.disagreements} times",
        file=sys.stderr,
    )
    assert killer.kills == KILLS
    assert killer.acknowledged > 0
    assert (killer.lost, killer.invented, killer.disagreements) == (0, 0, 0)
    assert (result.status, [tally.error for tally in result.steps if tally.error]) == ("completed", [])
    assert differences(undisturbed, dump(place.folder)) == []
