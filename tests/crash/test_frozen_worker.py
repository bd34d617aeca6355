"""A worker that is stopped past its lease and woken after somebody took over writes nothing any more, and says so."""

from __future__ import annotations

import logging
import os
import random
import signal
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from children import ended, in_child, start_child
from crowd import Stage
from dumps import differences, dump
from places import Place
from soak import amount
from sqlalchemy import select
from sweep import Points, turn, undisturbed, watched

from flywheel.errors import FencedError
from flywheel.store import Store, lease
from flywheel.store.codec import table
from flywheel.store.tables import LeaseRow
from flywheel.turn import turn_local
from flywheel.wheel import database_url

SEED, SECONDS = 17, 60
_LEASE = table(LeaseRow)


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a lease last half a second, renewed by writes alone: a thread could be stopped within its transaction."""
    monkeypatch.setattr(lease, "LENGTH", timedelta(seconds=0.5))
    monkeypatch.setattr(lease, "RENEWED_EVERY", timedelta(minutes=1))


@pytest.mark.slow
def test_a_worker_that_wakes_after_a_take_over_writes_nothing_and_says_so(place: Place) -> None:
    points, expected = undisturbed(place)
    for at in random.Random(SEED).sample(_between_transactions(points), amount(1, 20)):
        met, said = freeze_and_wake(place.reset(), at)
        assert met == "FencedError", f"stopped at {at} {points[at - 1]}: {met}"
        assert "a write under fence 1 was refused" in said
        assert differences(expected, dump(place.folder)) == []


def test_the_frozen_worker_would_show_a_missing_fence(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: no write proves its fence."""
    points, _ = undisturbed(place)
    early = next(at for at, name in enumerate(points, start=1) if name == "a page is read")
    monkeypatch.setattr(lease, "prove", lambda *_: None)
    monkeypatch.setattr(lease, "renew", lambda *_: None)
    met, _ = freeze_and_wake(place.reset(), early)
    assert met == "completed"


def freeze_and_wake(place: Place, at: int) -> tuple[str, str]:
    """Stop a turn at a point, let another one finish the cycle, wake the first; return what it met, and its log."""
    stage = Stage(place.folder.parent / f"stage{at}")

    def work() -> None:
        lines: list[str] = []
        log = logging.getLogger("flywheel")
        log.addHandler(_Kept(lines))
        try:
            with watched(Points(fatal=at, act=lambda: os.kill(os.getpid(), signal.SIGSTOP))):
                met: str = turn_local(place.request).status
        except FencedError:
            met = "FencedError"
        stage.tell(0, (met, "\n".join(lines)))

    frozen = start_child(work)
    try:
        _, status = os.waitpid(frozen, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "the turn ended before its point"
        _wait_for_the_end_of_its_lease(place)
        assert in_child(lambda: turn(place.request)) == 0, "the take-over failed"
    finally:
        os.kill(frozen, signal.SIGCONT)
        code = ended(frozen)
    assert code == 0
    met, said = stage.told()[0]
    return met, said


def _between_transactions(points: Sequence[str]) -> list[int]:
    """Return the points at which no transaction is open, between the first page and the last message."""
    first = points.index("a page is read")
    last = len(points) - points[::-1].index("after message")
    named = ("a page is read", "before message", "after message", "after COMMIT")
    return [at for at, name in enumerate(points, start=1) if first < at <= last and name in named]


def _wait_for_the_end_of_its_lease(place: Place) -> None:
    store, end = Store(database_url(place.folder)), time.monotonic() + SECONDS
    while time.monotonic() < end:
        with store.read() as shelves:
            until = shelves._connection.execute(select(_LEASE.c.until)).scalar_one()
            if until < lease.database_now(shelves._connection):
                break
        time.sleep(0.02)
    store.close()


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())
