"""Tables in files (CSV, JSON Lines), read in pages; a grown file costs its new rows, an unchanged one only a hash.

What is stored already of a file that was replaced is recognised by its ids.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from flywheel.domain.feedback import SetAside
from flywheel.errors import PermanentError
from flywheel.listen.file_lines import FileLines, State
from flywheel.listen.table_rows import csv_runs, json_runs

Format = Literal["csv", "jsonl"]
PAGE_ROWS = 5_000
PAGE_BYTES = 8 * 2**20
"""A page ends early when so many bytes were read for it: rows may be large."""
_LARGEST_CELL = 16 * 2**20


@dataclass(frozen=True, slots=True)
class TablePage:
    """Some rows of a file as columns, the wanted ones in their order; `state` covers them and all before them."""

    columns: list[list[str]]
    positions: list[str]
    bad: list[SetAside]
    state: State

    @property
    def rows(self) -> list[list[str]]:
        """Return the same row by row."""
        return list(map(list, zip(*self.columns, strict=True)))


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table is written."""

    format: Format
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    rereads: bool = False
    """Whether rows have no id of their own: then a changed file must be read from its start to count equal rows."""


def read_tables(path: Path, how: TableFormat, wanted: Sequence[str], since: Any, source: str) -> Iterator[TablePage]:
    """Yield pages of the file, or of each file of a glob in order of their names; raises PermanentError."""
    states: State = dict(since) if isinstance(since, dict) else {}
    for file in files_of(path, source):
        for page in _read_file(file, how, wanted, states.get(file.name), source):
            states = states | page.state
            yield TablePage(page.columns, page.positions, page.bad, states)


def files_of(path: Path, source: str) -> list[Path]:
    """Return the file, or the files of a glob; raises PermanentError when there is none."""
    found = sorted(path.parent.glob(path.name)) if any(sign in path.name for sign in "*?[") else [path]
    found = [file for file in found if file.is_file()]
    if not found:
        raise PermanentError(
            f"Source {source!r}: there is no file {str(path)!r}. Check `path`, or where it is written."
        )
    return found


def header_of(file: Path, how: TableFormat) -> list[str]:
    """Return the names of a file's columns (for JSON Lines: of its first object)."""
    with file.open("rb") as stream:
        if how.format == "jsonl":
            first = stream.readline().decode(how.encoding, "replace")
            try:
                return list(json.loads(first)) if first.strip() else []
            except (ValueError, TypeError):
                return []
        try:
            return next(csv.reader(FileLines(stream, how.encoding, None, rereads=True), delimiter=how.delimiter), [])
        except csv.Error as error:
            raise PermanentError(f"{str(file)!r} has no header that can be read as CSV ({error}).") from error


def _read_file(file: Path, how: TableFormat, wanted: Sequence[str], known: Any, source: str) -> Iterator[TablePage]:
    csv.field_size_limit(_LARGEST_CELL)
    try:
        with file.open("rb") as stream:
            lines = FileLines(stream, how.encoding, known, rereads=how.rereads)
            if lines.start == file.stat().st_size and lines.start > 0:
                return
            header = header_of(file, how) if how.format == "csv" else list(wanted)
            if how.format == "csv":
                _require_columns(header, wanted, file, source)
            yield from _pages(lines, how, header, wanted, file.name)
    except OSError as error:
        raise PermanentError(f"Source {source!r}: {str(file)!r} cannot be read ({error.strerror}).") from error


def _pages(
    lines: FileLines, how: TableFormat, header: list[str], wanted: Sequence[str], name: str
) -> Iterator[TablePage]:
    where = f"{name}, byte {lines.start}, line " if lines.start else f"{name}, line "
    if how.format == "csv":
        runs = csv_runs(lines, how.delimiter, header, wanted, PAGE_ROWS, PAGE_BYTES)
    else:
        runs = json_runs(lines, wanted, PAGE_ROWS, PAGE_BYTES)
    for run in runs:
        lines.use(run.last)
        positions = [f"{where}{number}" for number in run.numbers]
        bad = [SetAside(position=f"{where}{number}", reason=reason) for number, reason in sorted(run.bad)]
        yield TablePage(run.columns, positions, bad, lines.state(name))


def _require_columns(header: list[str], wanted: Sequence[str], file: Path, source: str) -> None:
    for name in wanted:
        if name not in header:
            close = get_close_matches(name, header, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise PermanentError(
                f"Source {source!r}: {file.name} has no column {name!r}.{hint} Its columns: {', '.join(header)}."
            )
