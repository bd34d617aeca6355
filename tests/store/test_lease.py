"""The lease: one holder at a time; a dead one is replaced at once, and a replaced one writes nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import on_postgresql
from sqlalchemy import select, text, update

from flywheel.domain.cycle import Cycle, Tally
from flywheel.errors import FencedError, LeaseHeldError, StoreBusyError
from flywheel.store import Store, lease
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import LeaseRow

_LEASE = table(LeaseRow)


def _hold(url: str, taken: str) -> None:
    """Take the lease in another process and sit on it."""
    store = Store(url)
    with store.write(None) as shelves:
        fence = lease.take(shelves._connection, "cycle of another process")
    Path(taken).write_text(str(fence), encoding="utf-8")
    time.sleep(60)


def _freeze(url: str, fence: int, ready: str, go: str) -> None:
    """Hold a fence in another process, and write under it when told to."""
    store = Store(url)
    with store.write(fence):
        pass
    Path(ready).touch()
    while not Path(go).exists():
        time.sleep(0.01)
    try:
        with store.write(fence) as shelves:
            shelves.audit.note(datetime.now(UTC), "late", "write", "too late")  # noqa: TID251
    except FencedError:
        os._exit(7)


def _wait_for(met: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not met() and time.monotonic() < end:
        time.sleep(0.01)
    assert met()


def _held(store: Store) -> dict[str, Any]:
    with store.read() as shelves:
        return dict(shelves._connection.execute(select(_LEASE)).mappings().one())


def _tamper(store: Store, **values: object) -> None:
    with store.write(None) as shelves:
        shelves._connection.execute(update(_LEASE).values(**values))


def test_a_second_holder_is_refused_and_told_who_holds_it(store: Store, cycle: Cycle, turn: Any) -> None:
    with pytest.raises(LeaseHeldError) as caught:
        turn(1)
    assert f"process {os.getpid()}" in str(caught.value)
    assert cycle.id in str(caught.value)
    with store.read() as shelves:
        assert [one.cycle.id for one in shelves.cycles.history()] == [cycle.id]


def test_a_lease_that_was_given_back_can_be_taken_with_a_higher_fence(store: Store, turn: Any, noon: datetime) -> None:
    first = turn()
    with store.write(first.fence) as shelves:
        shelves.cycles.end(first, "completed", noon)
    second = turn(1)
    assert second.fence == first.fence + 1
    assert second.period == first.period + 1


def test_a_killed_holder_is_replaced_at_once(store: Store, url: str, turn: Any, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(url, str(taken)))
    holder.start()
    _wait_for(lambda: taken.exists() and taken.read_text())
    assert _held(store)["pid"] == holder.pid
    with pytest.raises(LeaseHeldError, match=f"process {holder.pid}"):
        turn()
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(10)
    assert turn().fence == _held(store)["fence"] == 2


def test_a_reused_process_number_is_another_process(store: Store, turn: Any) -> None:
    turn()
    _tamper(store, pid_started="1")
    assert turn(1).fence == 2


def test_a_holder_on_another_host_is_replaced_only_when_its_lease_has_ended(store: Store, turn: Any) -> None:
    turn()
    _tamper(store, host="elsewhere", pid=1, pid_started="")
    with pytest.raises(LeaseHeldError):
        turn(1)
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    assert turn(1).fence == 2


def test_whoever_was_replaced_writes_nothing(store: Store, turn: Any, say: Any, noon: datetime) -> None:
    first = turn()
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    turn(1)
    with pytest.raises(FencedError, match="replaced"), store.write(first.fence) as shelves:
        shelves.feedback.add("talk", say(["late"]), first, ())
    with pytest.raises(FencedError), store.write(first.fence) as shelves:
        shelves.cycles.end(first, "completed", noon)
    with store.read() as shelves:
        assert shelves.feedback.counts() == {}
        assert {one.status for one in shelves.cycles.history()} == {"running"}


def test_every_write_renews_the_lease(store: Store, cycle: Cycle) -> None:
    soon = stamp(moment(_held(store)["until"]) - timedelta(minutes=4))
    _tamper(store, until=soon)
    with store.write(cycle.fence):
        pass
    assert _held(store)["until"] > soon


def test_a_step_that_writes_nothing_for_long_keeps_its_lease(
    store: Store, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWED_EVERY", timedelta(milliseconds=5))
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    with store.working(cycle.fence):
        _wait_for(lambda: _held(store)["until"] > "2001")


def test_a_late_write_is_logged_and_noted_with_who_holds_the_lease_now(
    store: Store, turn: Any, caplog: pytest.LogCaptureFixture
) -> None:
    first = turn()
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    second = turn(1)
    with pytest.raises(FencedError), store.write(first.fence):
        pass
    [record] = [one for one in caplog.records if one.name == "flywheel"]
    assert record.levelname == "WARNING"
    with store.read() as shelves:
        [(_, actor, action, subject, detail)] = list(shelves.views.rows("v_audit")[1])
    assert (action, subject) == ("fenced", f"fence {first.fence}")
    assert f"process {os.getpid()}" in actor
    for told in (record.getMessage(), detail):
        assert second.id in told
        assert f"fence {second.fence}" in told


def test_a_worker_that_was_stopped_past_its_lease_wakes_to_a_refusal(
    store: Store, url: str, turn: Any, tmp_path: Path
) -> None:
    first = turn()
    ready, go = tmp_path / "ready", tmp_path / "go"
    worker = multiprocessing.get_context("spawn").Process(target=_freeze, args=(url, first.fence, str(ready), str(go)))
    worker.start()
    _wait_for(ready.exists)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    second = turn(1)
    go.touch()
    os.kill(worker.pid, signal.SIGCONT)
    worker.join(30)
    assert worker.exitcode == 7
    with store.read() as shelves:
        assert [row[1:4] for row in shelves.views.rows("v_audit")[1]] == [
            (f"process {worker.pid} on {socket.gethostname()}", "fenced", f"fence {first.fence}")
        ]
    with store.write(second.fence):
        pass


@on_postgresql
def test_workers_of_one_cycle_write_side_by_side(store: Store, url: str, cycle: Cycle, noon: datetime) -> None:
    other = Store(url)
    with store.write(cycle.fence) as mine, other.write(cycle.fence) as theirs:
        mine.audit.note(noon, "one", "write", "x")
        theirs.audit.note(noon, "other", "write", "y")
    other.close()
    with store.read() as shelves:
        assert shelves.views.count("v_audit") == 2


@on_postgresql
def test_a_take_over_waits_for_those_who_write_and_lets_nobody_write_after_them(
    store: Store, turn: Any, noon: datetime
) -> None:
    first = turn()
    taken: list[Cycle] = []
    taker = threading.Thread(target=lambda: taken.append(turn(1)))
    with store.write(first.fence) as shelves:
        shelves._connection.execute(text("SELECT 1"))
        _tamper(store, until="2000-01-01T00:00:00.000000Z")
        taker.start()
        _wait_for(lambda: _waiting_for_a_lock(store))
        assert taken == []
        shelves.audit.note(noon, "first", "write", "the last one")
    taker.join(30)
    assert [one.fence for one in taken] == [first.fence + 1]
    with pytest.raises(FencedError), store.write(first.fence):
        pass


@on_postgresql
def test_a_writer_that_stands_still_in_its_transaction_is_let_go(store: Store, cycle: Cycle) -> None:
    def stand_still() -> None:
        with store.write(cycle.fence) as shelves:
            shelves._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
            _wait_for(lambda: not _open_transactions(store))
            shelves._connection.execute(text("SELECT 1"))

    with store.write(cycle.fence) as shelves:
        set_to = shelves._connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    assert set_to == "5min"
    with pytest.raises(StoreBusyError):
        stand_still()


def _waiting_for_a_lock(store: Store) -> int:
    with store.read() as shelves:
        query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return int(shelves._connection.execute(query).scalar_one())


def _open_transactions(store: Store) -> int:
    with store.read() as shelves:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        query = text(f"SELECT count(*) FROM pg_stat_activity WHERE {mine} AND state = 'idle in transaction'")
        return int(shelves._connection.execute(query).scalar_one())


def test_a_turn_that_is_taken_up_again_keeps_its_period_and_adds_up_its_steps(
    store: Store, turn: Any, noon: datetime
) -> None:
    first = turn()
    with store.write(first.fence) as shelves:
        shelves.cycles.add_step(first.id, Tally(step="listen", done=2, skipped=1, reasons={"duplicate": 1}), noon)
    _tamper(store, until="2000-01-01T00:00:00.000000Z")
    again = turn()
    assert (again.id, again.period, again.fence) == (first.id, first.period, first.fence + 1)
    with store.write(again.fence) as shelves:
        shelves.cycles.add_step(again.id, Tally(step="listen", done=3, reasons={"undated": 2}), noon)
        assert shelves.cycles.steps(again.id) == [
            Tally(step="listen", done=5, skipped=1, reasons={"duplicate": 1, "undated": 2})
        ]
