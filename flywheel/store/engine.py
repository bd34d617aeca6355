"""The one engine factory: how SQLite and PostgreSQL are opened so that no update is lost and nothing is printed.

SQLite: WAL, every write transaction begins with BEGIN IMMEDIATE (SQLAlchemy's default loses updates silently), a
busy timeout, and a second engine that can only read. Errors never show bound parameters (a customer's words).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from flywheel.errors import ConfigError, FlywheelError, StoreBusyError, StoreError

BUSY_MILLISECONDS = 30_000
_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may forget, after a power cut, that a message was sent
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "secure_delete=ON",
)
_READER_PRAGMAS = ("query_only=ON", f"busy_timeout={BUSY_MILLISECONDS}")


_NO_ROOM = ("disk is full", "no space left", "disk i/o error", "file too large", "disk quota")


def parse_url(text: str) -> URL:
    """Return the URL of a database; raises ConfigError without repeating a password."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigError(
            "FLYWHEEL_DATABASE_URL is no database URL: write sqlite:///path/to/file.db or postgresql+psycopg://..."
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(f"The store lives in SQLite or PostgreSQL, not in {url.get_backend_name()!r}.")
    return url


def open_engines(url: URL) -> tuple[Engine, Engine]:
    """Return (writer, reader) engines; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, _WRITER_PRAGMAS, "BEGIN IMMEDIATE"), _sqlite(url, _READER_PRAGMAS, "BEGIN")
    try:
        writer = create_engine(url, hide_parameters=True, pool_pre_ping=True)
        reader = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, execution_options={"postgresql_readonly": True}
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The driver {error.name!r} of {url.drivername} is not installed: `pip install 'psycopg[binary]'` "
            "and write postgresql+psycopg://..."
        ) from error
    return writer, reader


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


def translated(error: SQLAlchemyError, url: URL) -> FlywheelError:  # noqa: PLR0911 - one line per consequence
    """Return our error for one of the library's: sorted by consequence, without a customer's words."""
    where = url.render_as_string(hide_password=True)
    cause = error.orig if isinstance(error, DBAPIError) else None
    text = str(cause or error).lower()
    if any(sign in text for sign in _NO_ROOM):
        return StoreError(
            f"The disk that holds the store {where} is full, or cannot be written: make room and run again; "
            "what was stored before is kept."
        )
    if "locked" in text:
        return StoreBusyError(f"The store {where} is busy with another writer: try again in a minute.")
    if "readonly" in text or "read-only" in text or "permission" in text:
        return StoreError(f"The store {where} cannot be written: check the rights of the file and its folder.")
    if "no such table" in text or "does not exist" in text or "no such column" in text:
        return StoreError(f"The store {where} is not migrated: run `flywheel store migrate`.")
    if isinstance(cause, sqlite3.DatabaseError) and ("not a database" in text or "malformed" in text):
        return StoreError(f"{where} is no SQLite database, or it is damaged: restore a backup.")
    if isinstance(cause, sqlite3.OperationalError) or "connection" in text or "connect" in text:
        return StoreError(f"The store {where} cannot be reached ({type(cause).__name__}): is it there, and up?")
    return StoreError(f"The store {where} refused a statement ({type(cause or error).__name__}).")


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
