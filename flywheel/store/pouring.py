"""From one database into another: every row of every table of ours, in bounded memory, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, column, func, inspect, select, text
from sqlalchemy import table as any_table

from flywheel.store.bulk import load
from flywheel.store.tables import METADATA

_BATCH = 5_000
_NOT_ROWS = ("alembic_version", "sqlite_")

Tell = Callable[[float], None]
"""Is told which share of the work is done, from 0 to 1."""


def tables_of(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of each table that holds rows, in a stable order."""
    found = inspect(connection).get_multi_columns()
    named = {name: [str(one["name"]) for one in columns] for (_, name), columns in found.items()}
    return {name: named[name] for name in sorted(named) if not name.startswith(_NOT_ROWS)}


def count_rows(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return how many rows each table holds."""
    counted = {name: select(func.count()).select_from(any_table(name)) for name in names}
    return {name: int(connection.execute(query).scalar_one()) for name, query in counted.items()}


def pour(origin: Connection, target: Connection, rows: dict[str, int], tell: Tell) -> None:
    """Copy the tables named in `rows` (with their numbers of rows) into equal, empty ones, in both one transaction."""
    whole, done = max(sum(rows.values()), 1), 0
    clean = _plain if target.dialect.name == "sqlite" else _without_nul
    tables = tables_of(target)
    for name in rows:
        columns = tables[name]
        table = any_table(name, *(column(one) for one in columns))
        result = origin.execute(select(table), execution_options={"yield_per": _BATCH})
        for part in result.partitions():
            load(target, table, columns, [clean(row) for row in part])
            done += len(part)
            tell(done / whole)


def number_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the highest that was copied, and its planner know what is there now."""
    if connection.dialect.name != "postgresql":
        return  # SQLite looks at the rows themselves
    for name in METADATA.tables:
        if "seq" not in METADATA.tables[name].columns:
            continue
        highest = select(func.max(column("seq"))).select_from(any_table(name)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(name, "seq")
        connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))
    connection.execute(text("ANALYZE"))


def _plain(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(row)


def _without_nul(row: Iterable[Any]) -> tuple[Any, ...]:
    """PostgreSQL's text cannot hold the one character that SQLite's can."""
    return tuple(one.replace("\x00", "") if isinstance(one, str) and "\x00" in one else one for one in row)
