"""A backup: one moment of a store in one SQLite file of our own schema, whatever database the store lives in.

So it also moves a store from SQLite to PostgreSQL and back. A SQLite store is copied page by page (SQLite's backup
API in one read transaction: half the work of VACUUM INTO, and no writer waits for it), a PostgreSQL store row by row
from one REPEATABLE READ transaction. The file gets its name only when it is whole, checked and on the disk.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from flywheel.domain.record import Moment, Record
from flywheel.errors import ConfigError, FlywheelError, StoreError
from flywheel.store.codec import stamp
from flywheel.store.draft import new_file, sha256
from flywheel.store.engine import open_engines, parse_url
from flywheel.store.faults import translated
from flywheel.store.pouring import Tell, count_rows, pour, tables_of
from flywheel.store.schema import is_known, revision, upgrade
from flywheel.whole_file import sync

TAKEN_AT, ROWS = "backup_taken_at", "backup_rows"
"""The facts that a backup has and a store has not: when it was taken, and how many rows each table has."""
_PAGES = 5_000


class Backup(Record):
    """A backup that is whole. `sha256` is that of the file, as `sha256sum` prints it."""

    file: Path
    taken_at: Moment
    schema_version: str
    rows: dict[str, int]
    size_bytes: int
    sha256: str


def back_up(url_text: str, place: Path, now: datetime, tell: Tell) -> Backup:
    """Write one moment of a store into a new file (0600), or into a folder under a dated name, while others write.

    Raises ConfigError where the file is there already or cannot be written, StoreError, StoreBusyError.
    """
    url, target = parse_url(url_text), _target(place, now)
    writer, reader = open_engines(url)
    try:
        with new_file(target.parent) as draft:
            try:
                found, rows = _copied(reader, draft, tell)
            except SQLAlchemyError as error:
                raise translated(error, url) from None
            _seal(draft, now, rows)
            size, digest = draft.stat().st_size, sha256(draft)
            _refuse_taken(target)
            draft.replace(target)
            sync(target.parent)
    except sqlite3.Error as error:
        raise _unwritten(target, getattr(error, "sqlite_errorname", "an error of SQLite")) from None
    except OSError as error:
        raise _unwritten(target, error.strerror or type(error).__name__) from None
    finally:
        writer.dispose()
        reader.dispose()
    return Backup(file=target, taken_at=now, schema_version=found, rows=rows, size_bytes=size, sha256=digest)


def sqlite_file(path: Path) -> tuple[Engine, Engine]:
    """Return (writer, reader) engines on a SQLite file."""
    return open_engines(URL.create("sqlite", database=str(path)))


def _target(place: Path, now: datetime) -> Path:
    target = place / f"flywheel-{now:%Y%m%dT%H%M%SZ}.db" if place.is_dir() else place
    if not target.parent.is_dir():
        raise ConfigError(f"There is no folder {str(target.parent)!r} for the backup: make it first.")
    _refuse_taken(target)
    return target.parent.resolve() / target.name


def _refuse_taken(target: Path) -> None:
    if target.exists():
        raise ConfigError(
            f"{str(target)!r} is there already, and no backup is overwritten: give another name, or a folder (then "
            "the name is the time)."
        )


def _copied(reader: Engine, draft: Path, tell: Tell) -> tuple[str, dict[str, int]]:
    """Copy one moment of the store; return its schema and how many rows each table had at that moment."""
    with reader.begin() as origin:
        found = revision(origin)
        if found is None:
            raise StoreError("There is nothing to back up: the store is not made yet (`flywheel store migrate`).")
        if not is_known(found):
            raise StoreError(f"The store stands at schema {found}, which is newer than this version: upgrade Flywheel.")
        if reader.dialect.name == "sqlite":
            rows = count_rows(origin, tables_of(origin))
            _copy_pages(origin, draft, tell)
            return found, rows
        return found, _copy_rows(origin, draft, found, tell)


def _copy_pages(origin: Connection, draft: Path, tell: Tell) -> None:
    source = origin.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    with closing(sqlite3.connect(draft)) as target:
        target.execute("PRAGMA synchronous=OFF")  # it is synced once, when it is whole
        source.backup(target, pages=_PAGES, progress=lambda _, left, pages: tell(1 - left / max(pages, 1)))


def _copy_rows(origin: Connection, draft: Path, schema: str, tell: Tell) -> dict[str, int]:
    writer, reader = sqlite_file(draft)
    try:
        with writer.begin() as target:
            upgrade(target, schema)
            rows = count_rows(origin, tables_of(target))
            pour(origin, target, rows, tell)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise error.orig from None  # of the file, not of the store
        raise
    finally:
        writer.dispose()
        reader.dispose()
    return rows


def _seal(draft: Path, now: datetime, rows: dict[str, int]) -> None:
    """Make it one file that says what it is, prove it whole, and put it on the disk."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode=DELETE")
        facts = ((TAKEN_AT, stamp(now)), (ROWS, json.dumps(rows)))
        file.executemany("INSERT INTO store_fact (name, value) VALUES (?, ?)", facts)
        damage = file.execute("PRAGMA integrity_check").fetchone()[0]
        names = [name for name in rows if name != "store_fact"]
        copied = {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    if damage != "ok" or any(copied[name] != rows[name] for name in names):
        raise StoreError(f"The copy is not what the store holds ({damage}): the backup was not kept; examine the disk.")
    sync(draft)


def _unwritten(target: Path, why: str) -> FlywheelError:
    return ConfigError(
        f"The backup {str(target)!r} cannot be written ({why}): is there room, and may you write there? No file of "
        "that name was left behind."
    )
