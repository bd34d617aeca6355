"""A query of another database, any that SQLAlchemy has a driver for; nothing is written there.

It stands here because only this room knows SQL; it knows nothing of our own store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import JsonValue, SecretStr
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from flywheel.domain.feedback import Cursor
from flywheel.errors import PermanentError, TransientError
from flywheel.store.days import aware

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutsideQuery:
    """One SELECT, of which `newer` names a column of dates or of growing numbers; `source` stands in errors.

    `overlap_minutes` (of dates) or `overlap_numbers` are read again every time: a transaction that commits late shows
    a number or a date that others have passed by then. Without `newer` all is read whenever anything has changed.
    """

    source: str
    url: SecretStr
    query: str
    newer: str | None
    columns: tuple[str, ...]
    overlap_minutes: float
    overlap_numbers: int
    page_rows: int

    def pages(self, since: Cursor | None) -> Iterator[tuple[list[Row], Cursor]]:
        """Yield rows with the cursor that covers them; raises TransientError, PermanentError."""
        seen: Any = None if since is None else since.value
        try:
            engine = create_engine(self.url.get_secret_value(), hide_parameters=True, poolclass=NullPool)
            with engine.connect() as connection:
                if self.newer is None:
                    yield from self._whole(connection, seen)
                else:
                    yield from self._newer(connection, self.newer, seen)
        except OperationalError as error:
            raise TransientError(f"Source {self.source!r}: its database does not answer, or lacks a table.") from error
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise PermanentError(
                f"Source {self.source!r}: its `url` is none, or its driver is not installed."
            ) from error
        except (DBAPIError, SQLAlchemyError) as error:
            raise PermanentError(
                f"Source {self.source!r}: its database refuses the query ({type(error).__name__})."
            ) from error

    def _newer(self, connection: Connection, newer: str, seen: Any) -> Iterator[tuple[list[Row], Cursor]]:
        now = datetime.now(UTC)  # noqa: TID251 - the edge to another machine: no cursor may run ahead of it
        name = connection.dialect.identifier_preparer.quote(newer)
        where = "" if seen is None else f" WHERE asked.{name} >= :start"
        bound = {} if seen is None else {"start": self._start(seen)}
        for rows in self._rows(connection, f"{where} ORDER BY asked.{name}", bound):
            for row in rows:
                seen = _newest(row[newer], seen, now)
            yield rows, Cursor(value=seen)

    def _whole(self, connection: Connection, seen: Any) -> Iterator[tuple[list[Row], Cursor]]:
        """Yield everything, unless it is all as it was; only the last page says what all of it was."""
        digest = hashlib.sha256()
        for rows in self._rows(connection, "", {}):
            for row in rows:
                digest.update(json.dumps(row, default=str).encode())
        state: JsonValue = {"sha256": digest.hexdigest()}
        if seen == state:
            return
        waiting: list[Row] = []
        for rows in self._rows(connection, "", {}):
            if waiting:
                yield waiting, Cursor(value=seen)
            waiting = rows
        if waiting:
            yield waiting, Cursor(value=state)

    def _rows(self, connection: Connection, tail: str, bound: dict[str, Any]) -> Iterator[list[Row]]:
        query = f"SELECT * FROM ({self.query.strip().rstrip(';')}) AS asked{tail}"  # noqa: S608
        streamed = connection.execution_options(stream_results=True)
        with closing(streamed.execute(text(query), bound)) as result:
            missing = {*self.columns, *([self.newer] if self.newer else [])} - set(result.keys())
            if missing:
                raise PermanentError(f"Source {self.source!r}: the query gives no column {min(missing)!r}.")
            for part in result.mappings().partitions(self.page_rows):
                yield [dict(row) for row in part]

    def _start(self, seen: Any) -> Any:
        if isinstance(seen, int | float):
            return seen - self.overlap_numbers
        moved = datetime.fromisoformat(seen["at"]) - timedelta(minutes=self.overlap_minutes)
        if seen["kind"] == "moment":
            return moved
        return moved.isoformat(sep=seen["between"], timespec="microseconds")[: seen["length"]]


def as_text(value: Any) -> str:
    """Return a value as it would stand in a cell of a file; nothing is empty, several are parted by `;`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ";".join(map(as_text, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def place_of(row: Row, newer: str | None, number: int) -> str:
    """Return where a row stands: how new it is, if that is told, and its number in this fetch."""
    return f"row {number}" if newer is None else f"{newer} {as_text(row[newer])}, row {number}"


def _newest(value: Any, seen: Any, now: datetime) -> Any:
    """Return what the cursor holds after a row: a number, or a date with the form in which the database writes it."""
    if value is None:
        return seen
    if isinstance(value, int | float):
        return max(value, seen) if isinstance(seen, int | float) else value
    moment = aware(value, "UTC")
    if moment is None or moment > now:
        return seen
    if isinstance(value, str):
        return {"kind": "text", "at": value, "between": value[10:11] or "T", "length": len(value)}
    plain = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return {"kind": "moment", "at": plain.isoformat()}
