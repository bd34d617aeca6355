"""A Parquet file, its values as text: a moment as ISO 8601, what has parts as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flywheel.errors import PermanentError
from flywheel.listen.cell_text import cell_text
from flywheel.listen.table_format import OpenTable
from flywheel.parquet_file import ALONE

_AT_ONCE = 2_000


@contextmanager
def open_parquet(file: Path) -> Iterator[OpenTable]:
    """Open a file; rows come in the order in which they were written."""
    try:
        import duckdb
    except ImportError as error:
        raise PermanentError("Parquet files need DuckDB: `pip install flywheel-cx[parquet]`.") from error
    with duckdb.connect(":memory:", config=ALONE) as connection:
        try:
            found = connection.execute("FROM read_parquet(?)", [_literally(file)])
            header = [str(column[0]) for column in found.description or ()]
        except duckdb.Error as error:
            raise PermanentError(f"{file.name} cannot be read as Parquet ({type(error).__name__}).") from error
        yield OpenTable(header, _rows(found), 1)


def _rows(found: Any) -> Iterator[list[str]]:
    while rows := found.fetchmany(_AT_ONCE):
        for row in rows:
            yield [cell_text(value) for value in row]


def _literally(file: Path) -> str:
    """Return a path in which no sign of a glob means anything."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(file))
