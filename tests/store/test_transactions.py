"""Transactions: all or nothing, no update lost, one writer at a time, and no customer's word in an error."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from databases import on_sqlite
from sqlalchemy import insert, select, update

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Cursor, SetAside
from flywheel.errors import FlywheelError, StoreError
from flywheel.store import Store
from flywheel.store.codec import table
from flywheel.store.tables import AuditRow, FeedbackRow, StoreFactRow

_FACTS = table(StoreFactRow)


def _count_up(url: str, times: int) -> None:
    """Read a number and write it back plus one: what SQLAlchemy's default loses silently."""
    store = Store(url)
    for _ in range(times):
        with store.write(None) as shelves:
            connection = shelves._connection
            number = connection.execute(select(_FACTS.c.value).where(_FACTS.c.name == "count")).scalar_one()
            connection.execute(update(_FACTS).where(_FACTS.c.name == "count").values(value=str(int(number) + 1)))
    store.close()


@pytest.fixture
def counted(store: Store) -> Store:
    with store.write(None) as shelves:
        shelves._connection.execute(insert(_FACTS).values(name="count", value="0"))
    return store


def test_eight_threads_wait_for_each_other_and_are_never_told_that_the_database_is_locked(
    counted: Store, url: str
) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            _count_up(url, 15)
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test is to see it
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert counted.fact("count") == str(8 * 15)


def test_who_only_reads_cannot_write(store: Store, noon: datetime) -> None:
    with pytest.raises(StoreError, match="cannot be written"), store.read() as shelves:
        shelves.audit.note(noon, "test", "write", "nothing")
    with store.read() as shelves:
        assert shelves.views.count("v_audit") == 0


def test_a_reader_sees_one_snapshot(store: Store, noon: datetime) -> None:
    with store.read() as reading:
        assert reading.views.count("v_audit") == 0
        with store.write(None) as writing:
            writing.audit.note(noon, "test", "write", "meanwhile")
        assert reading.views.count("v_audit") == 0
    with store.read() as reading:
        assert reading.views.count("v_audit") == 1


def test_an_error_never_shows_what_somebody_said(store: Store, cycle: Cycle) -> None:
    row = {"id": "1", "text": "my canary words", "source": "canary source"}
    with pytest.raises(FlywheelError) as caught, store.write(None) as shelves:
        shelves._connection.execute(insert(table(FeedbackRow)).values(**row))
    seen: BaseException | None = caught.value
    while seen is not None:
        assert "canary" not in str(seen)
        seen = seen.__context__
    assert "IntegrityError" in str(caught.value)


def test_rows_and_their_cursor_are_kept_together_or_not_at_all(
    store: Store, cycle: Cycle, say: Any, noon: datetime
) -> None:
    def page(*, fails: bool) -> None:
        with store.write(cycle.fence) as shelves:
            shelves.feedback.add("talk", say(["a", "b"]), cycle, ())
            shelves.feedback.set_aside("talk", [SetAside(position="3", reason="bad")], noon, cycle.id)
            shelves.feedback.save_cursor("talk", Cursor(value=3), 2, noon, cycle.id)
            if fails:
                raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        page(fails=True)
    with store.read() as shelves:
        assert shelves.feedback.counts() == {}
        assert shelves.feedback.cursor("talk") is None
        assert shelves.views.count("v_set_aside") == 0
        assert len(shelves.feedback.unread(9)) == 0
    page(fails=False)
    with store.read() as shelves:
        assert shelves.feedback.counts() == {"Own": 2}
        assert shelves.feedback.cursor("talk") == Cursor(value=3)
        assert len(shelves.feedback.unread(9)) == 2


@on_sqlite  # PostgreSQL's full disk: test_faults.py
def test_a_full_disk_is_told_as_such_and_nothing_is_kept(store: Store, cycle: Cycle, say: Any, noon: datetime) -> None:
    def fill() -> None:
        with store.write(cycle.fence) as shelves:
            shelves._connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite's own way to have no room
            shelves.feedback.add("talk", say(["x" * 100_000] * 20), cycle, ())

    with pytest.raises(StoreError, match=r"full.*make room"):
        fill()
    with store.read() as shelves:
        assert shelves.feedback.counts() == {}


@on_sqlite
def test_what_sqlite_deletes_it_overwrites(store: Store, tmp_path: Path, noon: datetime) -> None:
    with store.write(None) as shelves:
        shelves.audit.note(noon, "test", "write", "canary-word" * 20)
    with store.write(None) as shelves:
        shelves._connection.execute(table(AuditRow).delete())
    store.close()
    assert b"canary-word" not in (tmp_path / "here" / "flywheel.db").read_bytes()
