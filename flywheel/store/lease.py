"""The lease on the wheel: one holder at a time, proved by a fence in every write; a dead holder is replaced at once.

Follows Kleppmann's fencing tokens ("How to do distributed locking", 2016): whoever was away past its lease finds
its fence outdated and writes nothing.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.engine import RowMapping

from flywheel.errors import FencedError, LeaseHeldError
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import LeaseRow

NAME = "wheel"
LENGTH = timedelta(minutes=5)
RENEWED_EVERY = LENGTH / 3
_LOCK = 0x464C59574845454C
"""PostgreSQL's number of the lock that writers share and a take-over needs alone: "FLYWHEEL" in ASCII."""
_ALONE = _LOCK + 1
_ID = 32
"""Signs of a cycle's id; what is held for something else says in words for what."""
_LEASE = table(LeaseRow)


def take(connection: Connection, cycle_id: str) -> int:
    """Take the lease for a cycle and return the new fence; raises LeaseHeldError that says who holds it."""
    held, now = _held(connection)
    _refuse_if_kept(held, now)
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # let those finish who write under the old fence
        held, now = _held(connection)
        _refuse_if_kept(held, now)
    fence = 1 if held is None else int(held["fence"]) + 1
    pid = os.getpid()
    values = {
        "name": NAME, "fence": fence, "owner": f"process {pid} on {socket.gethostname()}", "host": socket.gethostname(),
        "pid": pid, "pid_started": process_started(pid), "cycle_id": cycle_id, "until": _later(now),
    }  # fmt: skip
    if held is None:
        connection.execute(insert(_LEASE).values(**values))
    else:
        connection.execute(update(_LEASE).where(_LEASE.c.name == NAME).values(**values))
    return fence


def prove(connection: Connection, fence: int) -> None:
    """Make sure, in the transaction of a write, that nobody replaces this fence before its end.

    Raises FencedError when somebody has. On SQLite one writer is alone, and each renews the lease. On PostgreSQL
    workers write side by side: they share a lock that a take-over needs alone, so it waits for them, and whoever
    comes after it finds the new fence. The lock is none of the row, else a renewal would wait for them, too.
    """
    if connection.dialect.name == "sqlite":
        renew(connection, fence)
        return
    connection.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))
    # a statement of its own: it sees what was committed while we waited for the lock
    if connection.execute(select(_LEASE.c.fence).where(_LEASE.c.name == NAME)).scalar() != fence:
        raise _replaced(fence)


def alone(connection: Connection) -> None:
    """Let writers without a fence write one after another, so that none overwrites what another has just read."""
    if connection.dialect.name != "sqlite":  # BEGIN IMMEDIATE does that
        connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))


def renew(connection: Connection, fence: int) -> None:
    """Let the lease under this fence end later; raises FencedError when replaced."""
    until = _later(database_now(connection))
    changed = connection.execute(
        update(_LEASE).where(_LEASE.c.name == NAME, _LEASE.c.fence == fence).values(until=until)
    )
    if changed.rowcount != 1:
        raise _replaced(fence)


def holder(connection: Connection) -> str:
    """Return who holds the lease, for which cycle, under which fence, in words for a log."""
    row, _ = _held(connection)
    return "nobody" if row is None else f"{row['owner']}, cycle {row['cycle_id'] or 'none'}, fence {row['fence']}"


def release(connection: Connection, fence: int) -> None:
    """Give the lease back, if it is still ours."""
    connection.execute(
        update(_LEASE)
        .where(_LEASE.c.name == NAME, _LEASE.c.fence == fence)
        .values(cycle_id="", until=database_now(connection))
    )


def database_now(connection: Connection) -> str:
    """Return the database's own time as stored text, so that two hosts agree on when a lease ends."""
    if connection.dialect.name == "sqlite":
        return str(connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'")).scalar_one())
    return stamp(connection.execute(text("SELECT clock_timestamp()")).scalar_one())


def process_started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks: a reused pid is another process. '' if unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _held(connection: Connection) -> tuple[RowMapping | None, str]:
    row = connection.execute(select(_LEASE).where(_LEASE.c.name == NAME)).mappings().first()
    return row, database_now(connection)


def _refuse_if_kept(held: RowMapping | None, now: str) -> None:
    if held is None or not held["cycle_id"] or held["until"] <= now:
        return
    if _alive(held["host"], held["pid"], held["pid_started"]):
        does = f"turns cycle {held['cycle_id']}" if len(held["cycle_id"]) == _ID else f"does a {held['cycle_id']}"
        raise LeaseHeldError(
            f"Another run holds the lease: {held['owner']} {does} "
            f"(lease until {held['until']}). Let it finish; nothing was started."
        )


def _alive(host: str, pid: int, started: str) -> bool:
    if host != socket.gethostname():
        return True  # elsewhere only the end of the lease tells
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not started or process_started(pid) == started


def _replaced(fence: int) -> FencedError:
    return FencedError(f"This run was replaced by another one (its fence {fence} is outdated): it writes no more.")


def _later(now: str) -> str:
    return stamp(moment(now) + LENGTH)
