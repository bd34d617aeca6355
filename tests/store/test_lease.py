"""The lease: one holder at a time; a dead one is replaced at once, and a replaced one writes nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from flywheel.domain.cycle import Cycle, Tally
from flywheel.errors import FencedError, LeaseHeldError
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
    end = time.monotonic() + 30
    while not taken.exists() and time.monotonic() < end:
        time.sleep(0.02)
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
