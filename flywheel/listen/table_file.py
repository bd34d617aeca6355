"""Tables in files, read in pages; a grown file costs its new rows, an unchanged one only a hash.

What is stored already of a file that was replaced is recognised by its ids. A file that cannot be read stops none
of the others of its folder.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from flywheel.domain.feedback import SetAside
from flywheel.errors import PermanentError
from flywheel.listen.file_lines import FileLines, State
from flywheel.listen.table_format import Format, TableFormat, TablePage
from flywheel.listen.table_header import Names, names_in
from flywheel.listen.table_rows import csv_runs, json_runs

ENDINGS: Mapping[Format, tuple[str, ...]] = {
    "csv": (".csv", ".tsv"),
    "jsonl": (".jsonl", ".ndjson"),
    "excel": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    "parquet": (".parquet",),
}
"""Which files of a folder are read."""
PAGE_ROWS = 20_000
PAGE_BYTES = 8 * 2**20
"""A page ends early when so many bytes were read for it: rows may be large."""
_LARGEST_CELL = 16 * 2**20


def read_tables(path: Path, how: TableFormat, wanted: Sequence[str], since: Any, source: str) -> Iterator[TablePage]:
    """Yield pages of the file, or of each file of a folder or glob in order of their names; raises PermanentError."""
    states: State = dict(since) if isinstance(since, dict) else {}
    failed: list[PermanentError] = []
    for file in files_of(path, source, how.format):
        try:
            for page in _read_file(file, how, wanted, states.get(file.name), source):
                states = states | page.state
                yield replace(page, state=states, file=file.name)
        except PermanentError as error:
            failed.append(error)
    if failed:
        more = f" So it is with {len(failed) - 1} more of its files." if failed[1:] else ""
        raise PermanentError(f"{failed[0]}{more}")


def files_of(path: Path, source: str, kind: Format = "csv") -> list[Path]:
    """Return the file, or the files of a folder or glob; raises PermanentError when there is none."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS[kind])
    else:
        found = sorted(path.parent.glob(path.name)) if any(sign in path.name for sign in "*?[") else [path]
    found = [file for file in found if file.is_file()]
    if not found:
        raise PermanentError(
            f"Source {source!r}: there is no file {str(path)!r}. Check `path`, or where it is written."
        )
    return found


def header_of(file: Path, how: TableFormat) -> list[str]:
    """Return the names of a file's columns (for JSON Lines: of its first object)."""
    if how.format in ("excel", "parquet"):
        from flywheel.listen.whole_table import opened

        with opened(file, how.format, how.sheet) as table:
            return table.header
    with file.open("rb") as stream:
        lines = FileLines(stream, how.encoding, None, rereads=True)
        if how.format == "jsonl":
            try:
                return list(json.loads(next(iter(lines), "")))
            except (ValueError, TypeError):
                return []
        try:
            return next(csv.reader(lines, delimiter=how.delimiter), [])
        except csv.Error as error:
            raise PermanentError(f"{str(file)!r} has no header that can be read as CSV ({error}).") from error


def _read_file(file: Path, how: TableFormat, wanted: Sequence[str], known: Any, source: str) -> Iterator[TablePage]:
    try:
        if how.format in ("excel", "parquet"):
            from flywheel.listen.whole_table import read_whole

            yield from read_whole(file, how, _names_here(file, how, wanted), known, source, PAGE_ROWS)
        else:
            yield from _read_lines(file, how, wanted, known, source)
    except OSError as error:
        raise PermanentError(f"Source {source!r}: {str(file)!r} cannot be read ({error.strerror}).") from error


def _names_here(file: Path, how: TableFormat, wanted: Sequence[str]) -> Names:
    """Return the wanted columns, each with the names it may have in this file; none where it need not stand."""
    return {
        name: (name, *how.also_called.get(name, ()))
        if any(fnmatchcase(file.name, one) for one in how.only_in.get(name, ("*",)))
        else ()
        for name in wanted
    }


def _read_lines(file: Path, how: TableFormat, wanted: Sequence[str], known: Any, source: str) -> Iterator[TablePage]:
    csv.field_size_limit(_LARGEST_CELL)
    with file.open("rb") as stream:
        lines = FileLines(stream, how.encoding, known, rereads=how.rereads)
        if lines.start == file.stat().st_size and lines.start > 0:
            return
        names = _names_here(file, how, wanted)
        if how.format == "csv":
            header = header_of(file, how)
            places = names_in(header, names, f"Source {source!r}: {file.name}")
            runs = csv_runs(lines, how.delimiter, len(header), places, PAGE_ROWS, PAGE_BYTES)
        else:
            runs = json_runs(lines, list(names.values()), PAGE_ROWS, PAGE_BYTES)
        where = f"{file.name}, byte {lines.start}, line " if lines.start else f"{file.name}, line "
        for run in runs:
            lines.use(run.last)
            positions = [f"{where}{number}" for number in run.numbers]
            bad = [SetAside(position=f"{where}{number}", reason=reason) for number, reason in sorted(run.bad)]
            yield TablePage(run.columns, positions, bad, lines.state(file.name), replaced=lines.replaced)
