"""Bulk writes: a whole batch of rows in one statement, as tuples; COPY and arrays on PostgreSQL, executemany on SQLite.

A statement is built once per table and then given plain tuples: what the library does for each row of dictionaries
costs several times what the database does with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Table,
    TableClause,
    any_,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from flywheel.store.codec import table

Tuples = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, row: type[SQLModel], names: Sequence[str], rows: Tuples) -> None:
    """Insert rows that are new; one whose key is there already fails them all."""
    load(connection, table(row), names, rows)


def load(connection: Connection, target: TableClause, names: Sequence[str], rows: Tuples) -> None:
    """Insert rows that are new into a table of any schema."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(target, tuple(names), ""), list(rows))
    else:
        _copy(connection, target, names, rows)


def insert_missing(connection: Connection, row: type[SQLModel], names: Sequence[str], rows: Tuples) -> None:
    """Insert rows, leaving alone those whose key is there already."""
    _insert_or(connection, table(row), names, rows, " ON CONFLICT DO NOTHING")


def add_up(
    connection: Connection, row: type[SQLModel], names: Sequence[str], rows: Tuples, sums: Sequence[str]
) -> None:
    """Insert rows; where the key is there already, add the columns in `sums` to what stands there.

    The rows are sorted by key: two writers that add to the same rows meet them in the same order, so neither can
    wait for the other in a circle.
    """
    target = table(row)
    keys = ", ".join(column.name for column in target.primary_key)
    added = ", ".join(f"{name} = {target.name}.{name} + excluded.{name}" for name in sums)
    _insert_or(connection, target, names, sorted(rows), f" ON CONFLICT ({keys}) DO UPDATE SET {added}")


def among(connection: Connection, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the values, however many: they are one parameter."""
    if connection.dialect.name == "sqlite":
        given = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(literal(list(values), ARRAY(column.type)))


def reserve(connection: Connection, row: type[SQLModel], n: int) -> list[int]:
    """Return `n` numbers for the `seq` of new rows, ascending; nobody else gets them."""
    target = table(row)
    if connection.dialect.name == "sqlite":  # BEGIN IMMEDIATE: nobody else writes meanwhile
        last = connection.execute(select(func.coalesce(func.max(target.c.seq), 0))).scalar_one()
        return list(range(last + 1, last + n + 1))
    query = text("SELECT nextval(pg_get_serial_sequence(:name, 'seq')) FROM generate_series(1, :n)")
    return sorted(connection.execute(query, {"name": target.name, "n": n}).scalars())


def _insert_or(connection: Connection, target: Table, names: Sequence[str], rows: Tuples, conflict: str) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(target, tuple(names), conflict), list(rows))
    else:
        columns = tuple(list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(_insert_arrays(target, tuple(names), conflict), columns)


@lru_cache
def _insert(target: TableClause, names: tuple[str, ...], conflict: str) -> str:
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {target.name} ({_listed(names)}) VALUES ({places}){conflict}"  # noqa: S608 - our own names


@lru_cache
def _insert_arrays(target: Table, names: tuple[str, ...], conflict: str) -> str:
    arrays = ", ".join(f"%s::{_array(target.c[name])}" for name in names)
    return f"INSERT INTO {target.name} ({_listed(names)}) SELECT * FROM unnest({arrays}){conflict}"  # noqa: S608


def _copy(connection: Connection, target: TableClause, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    dbapi: Any = connection.dialect.dbapi
    driver: Any = connection.connection
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {target.name} ({_listed(names)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    except dbapi.Error as error:
        raise OperationalError("COPY", None, error, hide_parameters=True) from error


def _array(column: Column[Any]) -> str:
    if isinstance(column.type, Integer):
        return "bigint[]"
    return "double precision[]" if isinstance(column.type, Float) else "text[]"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
