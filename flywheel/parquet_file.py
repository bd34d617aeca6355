"""Rows as a Parquet file: what is whole stays whole, what is text stays text, whatever it looks like."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flywheel.errors import ConfigError, PermanentError

ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""For DuckDB: no file ever makes it fetch anything from anywhere."""

_TYPES = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}


def write_parquet(out: Path, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows and return how many; a column without any value is one of text.

    The rows pass through a file of lines beside `out`, so that memory does not grow with them.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ConfigError("Parquet files need DuckDB: `pip install 'flywheel-cx[parquet]'`.") from error
    with tempfile.TemporaryDirectory(prefix=".flywheel-", dir=out.parent) as folder:
        lines, made = Path(folder) / "rows.jsonl", Path(folder) / "rows.parquet"
        types, n = _write_lines(lines, rows)
        described = {f"c{at}": types.get(at, "VARCHAR") for at in range(len(columns))}
        names = ", ".join(f"c{at} AS {_quoted(name)}" for at, name in enumerate(columns))
        read = f"SELECT {names} FROM read_json(?, format = 'newline_delimited', columns = {described})"  # noqa: S608 - names of ours
        with duckdb.connect(":memory:", config=ALONE) as connection:
            try:
                connection.execute("SET preserve_insertion_order = true")
                connection.execute(
                    f"COPY ({read}) TO {_literal(made)} (FORMAT parquet, COMPRESSION zstd)", [str(lines)]
                )
            except duckdb.Error as error:  # its words may quote a row
                raise PermanentError(f"{out.name} cannot be written ({type(error).__name__}).") from None
        made.chmod(0o600)
        made.replace(out)
    return n


def _write_lines(file: Path, rows: Iterable[tuple[Any, ...]]) -> tuple[dict[int, str], int]:
    types: dict[int, str] = {}
    n = 0
    with file.open("w", encoding="utf-8") as lines:
        for row in rows:
            for at, value in enumerate(row):
                if value is not None:
                    types[at] = _wider(types.get(at), _TYPES.get(type(value), "VARCHAR"))
            lines.write(json.dumps({f"c{at}": value for at, value in enumerate(row) if value is not None}) + "\n")
            n += 1
    return types, n


def _wider(known: str | None, found: str) -> str:
    if known is None or known == found:
        return found
    return "DOUBLE" if {known, found} == {"BIGINT", "DOUBLE"} else "VARCHAR"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
