"""A kill at any point of a cycle: a forked child dies there, a second one runs the same command, and the views tell.

A point stands before and after every SQL statement, every COPY, every commit, every page of a source, every message
that leaves, and every call on a socket. The child dies by `os._exit`: no handler runs, nothing is flushed, as under
`kill -9`. Forking after the imports makes a point cheap (shared note on reliability, finding 7).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from children import in_child
from dumps import Dump, differences, dump
from places import Place
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

from flywheel.act.file_channel import FileChannel
from flywheel.listen.outcome_csv import OutcomeCsv
from flywheel.listen.person_csv import PersonCsv
from flywheel.listen.table_source import TableSource
from flywheel.turn import TurnRequest, turn_local

DIED = 77
_NETWORK = ("connect", "send", "sendall", "recv", "recv_into")

Act = Callable[[], object]


class Points:
    """Names the points that are passed, and does something at the one that is asked for: by default, dies."""

    def __init__(self, fatal: int | None = None, act: Act = lambda: os._exit(DIED)) -> None:
        self.names: list[str] = []
        self._fatal, self._act = fatal, act

    @property
    def passed(self) -> int:
        return len(self.names)

    def point(self, name: str = "a point", *_more: object) -> None:
        self.names.append(name)
        if self.passed == self._fatal:
            self._act()


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """Let every statement, COPY, commit, page and message of this process pass by `points`."""
    point = points.point

    def before(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        point(f"before {_short(statement)}")

    def after(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        point(f"after {_short(statement)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", _around(point, "COMMIT", DefaultDialect.do_commit))
        patch.setattr(FileChannel, "send", _around(point, "message", FileChannel.send))
        patch.setattr(psycopg.Cursor, "copy", _copying(point, psycopg.Cursor.copy))
        for name in _NETWORK:
            patch.setattr(socket.socket, name, _around(point, f"network {name}", getattr(socket.socket, name)))
        for source in (TableSource, PersonCsv, OutcomeCsv):
            patch.setattr(source, "fetch", _paging(point, source.fetch))
        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "after_cursor_execute", after)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", before)
            event.remove(Engine, "after_cursor_execute", after)


def turn(request: TurnRequest) -> None:
    """Turn in this process; anything but a completed cycle is an error."""
    result = turn_local(request)
    if result.status != "completed":
        raise AssertionError(f"{result.status}: {[tally.error for tally in result.steps if tally.error]}")


def undisturbed(place: Place) -> tuple[list[str], Dump]:
    """Turn once in a child; return the points that it passed, and what the store then holds."""
    turn(place.reset().request)  # in this process: whatever is read or compiled once, every child then has
    points = passed(place.reset())
    return points, dump(place.folder)


def passed(place: Place) -> list[str]:
    """Turn once in a child and return the points that it passed."""
    told = place.folder.parent / "points"

    def work() -> None:
        points = Points()
        with watched(points):
            turn(place.request)
        told.write_text("\n".join(points.names), encoding="utf-8")

    assert in_child(work) == 0, "the undisturbed turn failed"
    return told.read_text(encoding="utf-8").split("\n")


def die_at(request: TurnRequest, fatal: int) -> int:
    """Turn in a child that dies at a point; return how it ended."""

    def work() -> None:
        with watched(Points(fatal=fatal)):
            turn_local(request)

    return in_child(work)


def wrong_after(place: Place, kills: Sequence[int], expected: Dump) -> list[str]:
    """Start over, die at each of the points in turn, run once more undisturbed, and return what differs."""
    place.reset()
    for at, fatal in enumerate(kills):
        code = die_at(place.request, fatal)
        assert code == DIED or (at > 0 and code == 0), f"the turn ended with {code} before its point {fatal}"
    assert in_child(lambda: turn(place.request)) == 0, f"the rerun after {kills} failed"
    return differences(expected, dump(place.folder))


def _short(statement: str) -> str:
    return " ".join(statement.split())[:90]


def _around(point: Callable[[str], None], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def passed(*arguments: Any) -> Any:
        point(f"before {name}")
        result = call(*arguments)
        point(f"after {name}")
        return result

    return passed


def _copying(point: Callable[[str], None], copy: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def copied(cursor: Any, statement: str, *more: Any, **options: Any) -> Iterator[Any]:
        point(f"before {_short(statement)}")
        with copy(cursor, statement, *more, **options) as writing:
            yield writing
            point(f"within {_short(statement)}")
        point(f"after {_short(statement)}")

    return copied


def _paging(point: Callable[[str], None], fetch: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def fetched(source: Any, since: Any) -> Iterator[Any]:
        for page in fetch(source, since):
            point("a page is read")
            yield page

    return fetched


def samples(points: Sequence[str], n: int) -> list[int]:
    """Return `n` point numbers spread over all, the first and the last among them; all of them if n is 0."""
    if n == 0 or n >= len(points):
        return list(range(1, len(points) + 1))
    return sorted({1 + round(at * (len(points) - 1) / (n - 1)) for at in range(n)})
