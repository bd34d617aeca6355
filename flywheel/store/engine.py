"""The one engine factory: how SQLite and PostgreSQL are opened so that no update is lost and nothing is printed.

SQLite: WAL, every write transaction begins with BEGIN IMMEDIATE (SQLAlchemy's default loses updates silently), a
busy timeout. PostgreSQL: READ COMMITTED, on which the lease's proof rests, and as long a wait for a lock. On both a
second engine can only read, one snapshot a transaction. Errors never show bound parameters (a customer's words).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from flywheel.errors import ConfigError, StoreError
from flywheel.store.lease import LENGTH

BUSY_MILLISECONDS = 30_000
_CACHE = "cache_size=-65536"  # KiB
_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may forget, after a power cut, that a message was sent
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "secure_delete=ON",
    "temp_store=MEMORY",
    _CACHE,
)
_READER_PRAGMAS = ("query_only=ON", f"busy_timeout={BUSY_MILLISECONDS}", "temp_store=MEMORY", _CACHE)

_POSTGRES_URLS = ("postgres", "postgresql")
_POSTGRES_ARGUMENTS: dict[str, Any] = {
    "application_name": "flywheel",
    "client_encoding": "utf8",
    "connect_timeout": 10,  # seconds
    "prepare_threshold": None,  # prepare nothing: a pooler may hand each transaction to another session
}
# A writer that stands still inside a transaction for as long as a lease is let go, so that it can be replaced.
_POSTGRES_BEGIN = (
    f"SELECT set_config('lock_timeout', '{BUSY_MILLISECONDS}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{LENGTH.seconds * 1000}', true)"
)


def parse_url(text: str) -> URL:
    """Return the URL of a database; raises ConfigError without repeating a password."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigError(
            "FLYWHEEL_DATABASE_URL is no database URL: write sqlite:///path/to/file.db or postgresql://host/database."
        ) from None
    if url.drivername in _POSTGRES_URLS:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(f"The store lives in SQLite or PostgreSQL, not in {url.get_backend_name()!r}.")
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise ConfigError(f"The store is not opened with {url.drivername!r}: write sqlite:///... or postgresql://...")
    return url


def open_engines(url: URL) -> tuple[Engine, Engine]:
    """Return (writer, reader) engines; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, _WRITER_PRAGMAS, "BEGIN IMMEDIATE"), _sqlite(url, _READER_PRAGMAS, "BEGIN")
    try:
        writer, reader = _postgresql(url, "READ COMMITTED"), _postgresql(url, "REPEATABLE READ")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"PostgreSQL's driver {error.name!r} is not installed: `pip install 'flywheel-cx[postgres]'`."
        ) from error
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql(_POSTGRES_BEGIN))
    return writer, reader.execution_options(postgresql_readonly=True)


def make_private(url: URL) -> None:
    """Create the folder (0700) and file (0600) of a SQLite store before anything is written into it."""
    path = sqlite_path(url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"The store {str(path)!r} cannot be created ({error.strerror}).") from error


def sqlite_version() -> str:
    """Return the version of the SQLite library in this Python."""
    return sqlite3.sqlite_version


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite URL, None for PostgreSQL or a store in memory."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _sqlite(url: URL, pragmas: tuple[str, ...], begin: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says when a transaction begins
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL, isolation: str) -> Engine:
    ours = {name: value for name, value in _POSTGRES_ARGUMENTS.items() if name not in url.query}
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, isolation_level=isolation, connect_args=ours)
    from psycopg.adapt import Loader

    class Number(Loader):
        """What PostgreSQL makes of a sum of whole numbers is a whole number here, as on SQLite, and never a Decimal."""

        def load(self, data: Any) -> int | float:
            text = bytes(data)
            return int(text) if text.lstrip(b"-").isdigit() else float(text)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.adapters.register_loader("numeric", Number)

    return engine
