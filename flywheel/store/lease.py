"""The lease on the wheel: one holder at a time, proved by a fence in every write; a dead holder is replaced at once.

Follows Kleppmann's fencing tokens ("How to do distributed locking", 2016): whoever was away past its lease finds
its fence outdated and writes nothing.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select, text, update

from flywheel.errors import FencedError, LeaseHeldError
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import LeaseRow

NAME = "wheel"
LENGTH = timedelta(minutes=5)
_LEASE = table(LeaseRow)


def take(connection: Connection, cycle_id: str) -> int:
    """Take the lease for a cycle and return the new fence; raises LeaseHeldError that says who holds it."""
    now = database_now(connection)
    held = connection.execute(select(_LEASE).where(_LEASE.c.name == NAME).with_for_update()).mappings().first()
    if (
        held is not None
        and held["cycle_id"]
        and held["until"] > now
        and _alive(held["host"], held["pid"], held["pid_started"])
    ):
        raise LeaseHeldError(
            f"Another run holds the lease: {held['owner']} turns cycle {held['cycle_id']} "
            f"(lease until {held['until']}). Let it finish; nothing was started."
        )
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
    """Renew the lease under this fence, in the transaction of a write; raises FencedError when replaced."""
    until = _later(database_now(connection))
    changed = connection.execute(
        update(_LEASE).where(_LEASE.c.name == NAME, _LEASE.c.fence == fence).values(until=until)
    )
    if changed.rowcount != 1:
        raise FencedError(f"This run was replaced by another one (its fence {fence} is outdated): it writes no more.")


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


def _later(now: str) -> str:
    return stamp(moment(now) + LENGTH)
