"""Between records and rows: times as fixed-width UTC text, JSON with sorted keys, upserts on both databases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import SQLModel

T = TypeVar("T")


def stamp(moment: datetime) -> str:
    """Return a moment as it stands in the store; refuses one without a zone."""
    if moment.tzinfo is UTC:  # as nearly all of ours are: no new object for each of a million
        return moment.isoformat(timespec="microseconds")[:-6] + "Z"
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stamp_or_none(moment: datetime | None) -> str | None:
    """Return `stamp`, or None for None."""
    return None if moment is None else stamp(moment)


def moment(text: str) -> datetime:
    """Return a stored time as an aware UTC datetime."""
    return datetime.fromisoformat(text)


def to_json(value: Any) -> str:
    """Return JSON that is equal for equal values; lone surrogates are escaped, so that any text can be stored."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def table(row: type[SQLModel]) -> Table:
    """Return the Core table of a row class."""
    found: Table = row.__table__  # type: ignore[attr-defined]
    return found


def insert_new(connection: Connection, row: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, leaving alone those whose key is there already; return how many were asked for."""
    if rows:
        statement = _insert(connection)(table(row)).on_conflict_do_nothing()
        connection.execute(statement, list(rows))
    return len(rows)


def upsert(
    connection: Connection, row: type[SQLModel], rows: Sequence[dict[str, Any]], *, add: Sequence[str] = ()
) -> None:
    """Insert rows or overwrite those with the same primary key; columns in `add` are added up instead."""
    if not rows:
        return
    target = table(row)
    statement = _insert(connection)(target)
    keys = [column.name for column in target.primary_key]
    changes = {
        name: (target.c[name] + statement.excluded[name]) if name in add else statement.excluded[name]
        for name in rows[0]
        if name not in keys
    }
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return the items in runs of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def _insert(connection: Connection) -> Any:
    return sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
