"""A database's error as one of ours: sorted by what the caller does next, in a sentence without a customer's words."""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from flywheel.errors import FlywheelError, StoreBusyError, StoreError

_Sign = tuple[tuple[str, ...], tuple[str, ...]]
"""SQLSTATEs, or beginnings of them; and what the message says where there is none: SQLite, a failed connection."""

_SECRETS = ("password", "sslpassword", "passfile", "sslkey")

_TELL_VALUES = ("22", "23")
"""Classes of states whose messages repeat values: data exceptions, broken constraints."""

_NO_ROOM: _Sign = ("53100",), ("disk is full", "no space left", "disk i/o error", "file too large", "disk quota")
_BUSY: _Sign = ("40001", "40P01", "55P03"), ("locked",)
_CROWDED: _Sign = ("53300",), ("too many clients", "too many connections", "remaining connection slots")
_AWAY: _Sign = (
    ("08", "57P01", "57P02", "57P03", "25P03", "25P04"),
    (
        "connection refused", "timeout expired", "connection timeout", "starting up", "shutting down", "recovery mode",
        "closed the connection", "connection is closed", "the connection is lost", "connection reset", "no such file",
        "not yet accepting connections", "broken pipe", "ssl syscall",
    ),
)  # fmt: skip
_STRANGER: _Sign = ("28",), ("password", "authentication", "role ", "pg_hba")
_NO_DATABASE: _Sign = ("3D000",), ('database "',)
_NO_HOST: _Sign = (), ("resolve host", "translate host name", "name or service not known", "no route to host")
_NO_TABLE: _Sign = ("42P01", "42703", "3F000"), ("no such table", "no such column")
_READ_ONLY: _Sign = ("25006",), ("readonly", "read-only")
_NO_RIGHT: _Sign = ("42501",), ("permission",)
_DAMAGED: _Sign = (), ("not a database", "malformed")


def translated(error: Exception, url: URL) -> FlywheelError:
    """Return our error for one of the library's or the driver's."""
    cause = error.orig if isinstance(error, DBAPIError) and isinstance(error.orig, Exception) else error
    where = f"The store {shown(url)}"
    cases = _of_sqlite(where) if isinstance(cause, sqlite3.Error) else _of_postgresql(where, url)
    ours = next((ours for sign, ours in cases if _is(cause, sign)), None)
    if ours is None:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        ours = _away(where) if lost else _refused(error, cause, where)
    _forget_values(error, cause)
    return ours


def shown(url: URL) -> str:
    """Return a URL as it may be read by anybody."""
    hidden = {name: "***" for name in _SECRETS if name in url.query}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def _of_sqlite(where: str) -> list[tuple[_Sign, FlywheelError]]:
    no_right = StoreError(f"{where} cannot be written: check the rights of the file and its folder.")
    damaged = StoreError(f"{where} is no SQLite database, or it is damaged: restore a backup.")
    return [
        (_NO_ROOM, _no_room(where)), (_BUSY, _busy(where)), (_READ_ONLY, no_right), (_NO_RIGHT, no_right),
        (_NO_TABLE, _not_migrated(where)), (_DAMAGED, damaged),
    ]  # fmt: skip


def _of_postgresql(where: str, url: URL) -> list[tuple[_Sign, FlywheelError]]:
    """The order matters: first what can be told surely, last what only the words of a failed connection say."""
    user, database = url.username or "of this machine", url.database
    crowded = f"{where} has no connection left: try again later, or let its `max_connections` be higher."
    no_right = f"{where} does not let the user {user!r} do that: let it own the database."
    no_database = f"{where} is not there: create it (`createdb {database}`), then run `flywheel store migrate`."
    return [
        (_NO_ROOM, _no_room(where)),
        (_BUSY, _busy(where)),
        (_CROWDED, StoreBusyError(crowded)),
        (_NO_TABLE, _not_migrated(where)),
        (_READ_ONLY, StoreError(f"{where} cannot be written: its server only reads.")),
        (_NO_RIGHT, StoreError(no_right)),
        (_NO_DATABASE, StoreError(no_database)),
        (_NO_HOST, StoreError(f"{where} cannot be reached: there is no host {url.host!r}.")),
        (_AWAY, _away(where)),
        (_STRANGER, StoreError(f"{where} refuses the user or the password of its URL.")),
    ]


def _forget_values(error: Exception, cause: Exception) -> None:
    """Take out of an error what PostgreSQL tells of the row it refused: it stays in the chain of a traceback."""
    state = str(getattr(cause, "sqlstate", None) or "")
    if state.startswith(_TELL_VALUES):
        cause.args = (f"SQLSTATE {state}",)
        error.args = (f"({type(cause).__name__}) SQLSTATE {state}",)


def _is(cause: Exception, sign: _Sign) -> bool:
    states, words = sign
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return bool(states) and str(state).startswith(states)
    return any(word in str(cause).lower() for word in words)


def _no_room(where: str) -> FlywheelError:
    return StoreError(
        f"The disk that holds {where[:1].lower()}{where[1:]} is full, or cannot be written: make room and run again; "
        "what was stored before is kept."
    )


def _busy(where: str) -> FlywheelError:
    return StoreBusyError(f"{where} is busy with another writer: try again in a minute.")


def _away(where: str) -> FlywheelError:
    return StoreBusyError(f"{where} cannot be reached: is its server up?")


def _not_migrated(where: str) -> FlywheelError:
    return StoreError(f"{where} is not migrated: run `flywheel store migrate`.")


def _refused(error: Exception, cause: Exception, where: str) -> FlywheelError:
    if isinstance(cause, sqlite3.OperationalError):
        return StoreError(f"{where} cannot be reached ({type(cause).__name__}): is it there, and up?")
    return StoreError(f"{where} refused a statement ({type(error).__name__}).")
