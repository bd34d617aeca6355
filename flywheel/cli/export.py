"""A view as a file: CSV that no spreadsheet takes for formulas, JSON Lines, or Parquet."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TextIO

from cyclopts import Parameter

from flywheel.cells import guarded_row
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import print_json, say
from flywheel.errors import ConfigError, PermanentError
from flywheel.parquet_file import write_parquet
from flywheel.wheel import Flywheel

_FORMATS = ("csv", "jsonl", "parquet")


def export(
    view: Annotated[str, Parameter(help="Which view, such as v_feedback.")],
    /,
    *,
    kind: Annotated[str, Parameter(name="--format", help="csv, jsonl or parquet.")] = "csv",
    out: Annotated[Path | None, Parameter(help="The file to write, readable by you alone; default: stdout.")] = None,
    options: Options = PLAIN,
) -> int:
    """Write a view."""
    _require_format(kind)
    if options.json and out is None:
        raise ConfigError("With --json the one document on stdout is the answer: name a file with --out.")
    if kind == "parquet" and out is None:
        raise ConfigError("A Parquet file is nothing to print: name a file with --out.")
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        _require_view(view, shelves.views.names())
        columns, rows = shelves.views.rows(view)
        n = _written(out, kind, columns, rows)
    if options.json:
        print_json({"view": view, "format": kind, "rows": n, "out": str(out)})
    else:
        say(f"{n:,} rows of {view}" + (f" written to {out}." if out else "."))
    return 0


def _written(out: Path | None, kind: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> int:
    if kind == "parquet" and out is not None:
        try:
            return write_parquet(out, columns, rows)
        except OSError as error:
            raise PermanentError(f"{str(out)!r} cannot be written ({error.strerror}).") from error
    with _opened(out) as file:
        return _write(file, kind, columns, rows)


def _write(file: TextIO, kind: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> int:
    written = 0
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    if kind == "csv":
        writer.writerow(columns)
    for row in rows:
        if kind == "csv":
            writer.writerow(guarded_row(row))
        else:
            file.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
        written += 1
    return written


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise PermanentError(f"{str(out)!r} cannot be written ({error.strerror}).") from error


def _require_format(kind: str) -> None:
    if kind not in _FORMATS:
        raise ConfigError(f"There is no format {kind!r}: choose of {', '.join(_FORMATS)}.")


def _require_view(view: str, names: list[str]) -> None:
    if view not in names:
        close = get_close_matches(view, names, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(names)}."
        raise ConfigError(f"There is no view {view!r}. {hint}")
