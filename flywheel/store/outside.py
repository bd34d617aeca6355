"""Feedback from another database, any that SQLAlchemy has a driver for, by a query; nothing is written there.

It stands here because only this room knows SQL; it knows nothing of our own store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from flywheel.domain.feedback import Cursor, Feedback, Page, SetAside
from flywheel.domain.record import Zone
from flywheel.errors import PermanentError, TransientError
from flywheel.ports import Source
from flywheel.store.days import aware

FieldName = Literal["text", "external_id", "brand", "voice", "person", "medium", "touchpoint", "said_at", "language"]


class SqlSource(Source):
    """Rows of a query (one SELECT), oldest first by `newer`: a column of dates or of growing numbers.

    `overlap_minutes` (of dates) or `overlap_numbers` are read again every time: a transaction that commits late shows
    a number or a date that others have passed by then.
    """

    overlaps: ClassVar[bool] = True

    url: SecretStr
    query: str
    columns: dict[FieldName, str]
    attributes: tuple[str, ...] = ()
    newer: str
    overlap_minutes: float = Field(default=60, ge=0)
    overlap_numbers: int = Field(default=1_000, ge=0)
    zone: Zone = "UTC"
    page_rows: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _can_tell_rows_apart(self) -> SqlSource:
        if "external_id" not in self.columns:
            raise ValueError("columns needs an `external_id`: rows are read again, and only ids tell which")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages; the cursor is the newest date or number seen, never later than now."""
        seen: Any = None if since is None else since.value
        now = datetime.now(UTC)  # noqa: TID251 - the edge to another machine: no cursor may run ahead of it
        try:
            engine = create_engine(self.url.get_secret_value(), hide_parameters=True, poolclass=NullPool)
            with engine.connect() as connection:
                for rows in self._rows(connection, seen):
                    page, seen = self._page(rows, seen, now)
                    yield page
        except OperationalError as error:
            raise TransientError(f"Source {self.id!r}: its database does not answer, or lacks a table.") from error
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise PermanentError(f"Source {self.id!r}: its `url` is none, or its driver is not installed.") from error
        except (DBAPIError, SQLAlchemyError) as error:
            raise PermanentError(
                f"Source {self.id!r}: its database refuses the query ({type(error).__name__})."
            ) from error

    def _rows(self, connection: Connection, seen: Any) -> Iterator[list[dict[str, Any]]]:
        name = connection.dialect.identifier_preparer.quote(self.newer)
        start = None if seen is None else self._start(seen)
        where = "" if start is None else f" WHERE asked.{name} >= :start"
        query = f"SELECT * FROM ({self.query.strip().rstrip(';')}) AS asked{where} ORDER BY asked.{name}"  # noqa: S608
        streamed = connection.execution_options(stream_results=True)
        with closing(streamed.execute(text(query), {} if start is None else {"start": start})) as result:
            missing = {*self.columns.values(), *self.attributes, self.newer} - set(result.keys())
            if missing:
                raise PermanentError(f"Source {self.id!r}: the query gives no column {min(missing)!r}.")
            for part in result.mappings().partitions(self.page_rows):
                yield [dict(row) for row in part]

    def _start(self, seen: Any) -> Any:
        if isinstance(seen, int | float):
            return seen - self.overlap_numbers
        moved = datetime.fromisoformat(seen["at"]) - timedelta(minutes=self.overlap_minutes)
        if seen["kind"] == "moment":
            return moved
        return moved.isoformat(sep=seen["between"], timespec="microseconds")[: seen["length"]]

    def _page(self, rows: list[dict[str, Any]], seen: Any, now: datetime) -> tuple[Page[Feedback], Any]:
        found: list[Feedback] = []
        refused: list[SetAside] = []
        for row in rows:
            seen = _newest(row[self.newer], seen, now)
            position = f"row {row[self.columns['external_id']]}"
            try:
                found.append(self._feedback(row, position))
            except (ValidationError, ValueError) as error:
                reason = "no text" if type(error) is ValueError else "a value that cannot be used"
                refused.append(SetAside(position=position, reason=reason))
        return Page(found, Cursor(value=seen), refused), seen

    def _feedback(self, row: dict[str, Any], position: str) -> Feedback:
        given: dict[str, Any] = {
            field: str(row[name])
            for field, name in self.columns.items()
            if field != "said_at" and row[name] is not None
        }
        if not given.get("text", "").strip():
            raise ValueError("no text")
        if "said_at" in self.columns:
            given["said_at"] = aware(row[self.columns["said_at"]], self.zone)
        attributes = {name: str(row[name]) for name in self.attributes if row[name] is not None}
        constants = {
            "brand": self.brand,
            "medium": self.medium,
            "touchpoint": self.touchpoint,
            "language": self.language,
        }
        return Feedback.model_validate(constants | given | {"attributes": attributes, "position": position})


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
