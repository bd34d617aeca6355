"""A kill at any point of a cycle: a forked child dies there, a second one runs the same command, and the views tell.

A point stands before and after every SQL statement, every commit, and every message that leaves. The child dies by
`os._exit`: no handler runs, nothing is flushed, as under `kill -9`. Forking after the imports makes a point cost
milliseconds (shared note on reliability, finding 7).
"""

from __future__ import annotations

import os
import shutil
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

from flywheel.act.file_channel import FileChannel
from flywheel.store import Store
from flywheel.store.views import VIEWS
from flywheel.turn import TurnRequest, turn_local
from flywheel.wheel import database_url

DIED = 77
CLOCKS = {"seen_at", "started_at", "ended_at", "at", "attempts"}
"""Columns that tell when or how often something was tried, not what came of it."""
TRAILS = {"v_audit"}
"""An append-only trail tells of both tries: that is what it is for."""


@dataclass
class Points:
    """Counts the points passed, and dies at the one that is asked for."""

    fatal: int | None = None
    passed: int = 0

    def point(self, *_args: object, **_more: object) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os._exit(DIED)


@contextmanager
def watched(points: Points):
    """Let every statement, commit and message of this process pass by `points`."""
    commit, send = DefaultDialect.do_commit, FileChannel.send

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        points.point()
        commit(dialect, connection)
        points.point()

    def do_send(channel: FileChannel, message: Any) -> Any:
        points.point()
        receipt = send(channel, message)
        points.point()
        return receipt

    event.listen(Engine, "before_cursor_execute", points.point)
    event.listen(Engine, "after_cursor_execute", points.point)
    DefaultDialect.do_commit, FileChannel.send = do_commit, do_send
    try:
        yield
    finally:
        DefaultDialect.do_commit, FileChannel.send = commit, send
        event.remove(Engine, "before_cursor_execute", points.point)
        event.remove(Engine, "after_cursor_execute", points.point)


def in_child(work: Callable[[], object]) -> int:
    """Do some work in a forked child and return how it ended; what it raises is shown."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except BaseException:  # noqa: BLE001 - a child that must not return into pytest
            traceback.print_exc()
            code = 1
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def turn(request: TurnRequest) -> None:
    """Turn in this process; anything but a completed cycle is an error."""
    result = turn_local(request)
    if result.status != "completed":
        raise AssertionError(f"{result.status}: {[tally.error for tally in result.steps if tally.error]}")


def count_points(request: TurnRequest, report: Path) -> int:
    """Return how many points an undisturbed turn passes."""

    def work() -> None:
        points = Points()
        with watched(points):
            turn(request)
        report.write_text(str(points.passed))

    if in_child(work) != 0:
        raise AssertionError("the undisturbed turn failed")
    return int(report.read_text())


def die_at(request: TurnRequest, fatal: int) -> int:
    """Turn in a child that dies at a point; return how it ended."""

    def work() -> None:
        with watched(Points(fatal=fatal)):
            turn_local(request)

    return in_child(work)


def dump(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every view, row for row, without clocks and trails; and the messages that left."""
    store = Store(database_url(project))
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.read() as shelves:
        for view in VIEWS:
            if view not in TRAILS:
                names, rows = shelves.views.rows(view)
                kept = [at for at, name in enumerate(names) if name not in CLOCKS]
                found[view] = sorted((tuple(row[at] for at in kept) for row in rows), key=repr)
    store.close()
    outbox = project / "outbox"
    found["messages"] = (
        sorted((path.name, path.read_text()) for path in outbox.glob("*.json")) if outbox.exists() else []
    )
    return found


def differences(left: dict[str, list[Any]], right: dict[str, list[Any]]) -> list[str]:
    """Return in which views two dumps differ, with counts of what is lost and what is too much."""
    told = []
    for view, rows in left.items():
        lost = [row for row in rows if row not in right[view]]
        more = [row for row in right[view] if row not in rows]
        if lost or more or len(rows) != len(right[view]):
            told.append(f"{view}: {len(lost)} lost, {len(more)} too much, e.g. {(lost + more)[:1]}")
    return told


def fresh_copy(origin: Path, target: Path) -> Path:
    """Return a new copy of a project folder in place of an old one."""
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(origin, target)
