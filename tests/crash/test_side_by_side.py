"""Writers beside each other: no update is lost, and nobody is told that the database is locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from crowd import crowd
from databases import on_postgresql
from sqlalchemy import insert, select, update

from flywheel.store import Store, lease, migrate
from flywheel.store.codec import table, upsert
from flywheel.store.tables import CursorRow, StoreFactRow

_FACTS, _CURSORS = table(StoreFactRow), table(CursorRow)
FACTS = {"key_fingerprint": "abc", "brand_zone": "UTC"}


@pytest.fixture
def url(database_url: str) -> str:
    migrate(database_url, FACTS)
    return database_url


def count_up_in_a_crowd(url: str, times: int) -> int:
    """Let eight processes read a number and write it back plus one, so many times each; return what stands there."""
    counts = _FACTS.c.name == "count"
    query = select(_FACTS.c.value).where(counts)
    with_store(url, lambda shelves: shelves._connection.execute(insert(_FACTS).values(name="count", value="0")))

    def count_up(_number: int) -> None:
        store = Store(url)
        for _ in range(times):
            with store.write(None) as shelves:
                number = shelves._connection.execute(query).scalar_one()
                shelves._connection.execute(update(_FACTS).where(counts).values(value=str(int(number) + 1)))
        store.close()

    assert crowd(8, count_up) == [0] * 8
    return int(
        with_store(url, lambda shelves: shelves._connection.execute(select(_FACTS.c.value).where(counts)).scalar())
    )


def test_eight_processes_that_read_change_and_write_back_lose_no_update(url: str) -> None:
    assert count_up_in_a_crowd(url, 60) == 480


@on_postgresql
def test_the_crowd_would_see_writers_that_do_not_take_turns(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: writers without a fence do not wait for each other."""
    monkeypatch.setattr(lease, "alone", lambda *_: None)
    assert count_up_in_a_crowd(url, 20) < 160


def test_eight_workers_of_one_cycle_that_add_up_lose_nothing(url: str) -> None:
    """On PostgreSQL, workers under one fence write side by side: they add in the statement, and read nothing back."""
    fence = held(url)

    def add_up(_number: int) -> None:
        store = Store(url)
        row = {"source": "s", "cursor": "1", "version": 1, "rows": 1, "last_rows": 1, "seen_at": "", "cycle_id": "c"}
        for _ in range(60):
            with store.write(fence) as shelves:
                upsert(shelves._connection, CursorRow, [row], add=("version", "rows"))
        store.close()

    assert crowd(8, add_up) == [0] * 8
    assert with_store(url, lambda shelves: shelves._connection.execute(select(_CURSORS.c.rows)).scalar()) == 480


def test_sixteen_processes_write_a_hundred_times_each_and_none_is_told_that_the_store_is_locked(
    url: str, noon: datetime
) -> None:
    def write(number: int) -> None:
        store = Store(url)
        for at in range(100):
            with store.write(None) as shelves:
                shelves.audit.note(noon, f"process {number}", "write", str(at))
        store.close()

    assert crowd(16, write) == [0] * 16
    assert with_store(url, lambda shelves: shelves.views.count("v_audit")) == 1_600


def with_store(url: str, work: Any) -> Any:
    """Do one thing in a transaction of its own; leaves no connection that a forked child could share."""
    store = Store(url)
    try:
        with store.write(None) as shelves:
            return work(shelves)
    finally:
        store.close()


def held(url: str) -> int:
    """Take the lease for this process, and return its fence."""
    return int(with_store(url, lambda shelves: lease.take(shelves._connection, "a cycle")))
