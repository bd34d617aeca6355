"""Tables in files that are not read by the line (Excel, OpenDocument, Parquet): row by row, all values as text.

The state of such a file is its hash, how many of its rows were used and their hash: one whose first rows are the same
has grown, another was replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from flywheel.errors import PermanentError
from flywheel.listen.file_lines import State
from flywheel.listen.table_format import Format, OpenTable, TableFormat, TablePage
from flywheel.listen.table_header import Names, names_in

_BLOCK = 2**20


@dataclass(slots=True)
class _Place:
    """How far the rows of a table were used, and their hash."""

    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def use(self, rows: list[list[str]]) -> None:
        self.digest.update(repr(rows).encode("utf-8", "surrogatepass") if rows else b"")
        self.rows += len(rows)


def opened(file: Path, kind: Format, sheet: str | None) -> AbstractContextManager[OpenTable]:
    """Open a table; raises PermanentError for a file that is none."""
    if kind == "excel":
        from flywheel.listen.excel_table import open_excel

        return open_excel(file, sheet)
    from flywheel.listen.parquet_table import open_parquet

    return open_parquet(file)


def read_whole(
    file: Path, how: TableFormat, names: Names, known: Any, source: str, page_rows: int
) -> Iterator[TablePage]:
    """Yield pages of the rows that are new; raises PermanentError."""
    with file.open("rb") as stream:
        whole = _hash(stream)
    if isinstance(known, dict) and known.get("file") == whole:
        return
    start, replaced = _start(file, how, known)
    try:
        with opened(file, how.format, how.sheet) as table:
            places = names_in(table.header, names, f"{file.name}")
            yield from _pages(table, places, file.name, whole, (start, replaced), page_rows)
    except PermanentError as error:
        raise PermanentError(f"Source {source!r}: {error}") from error


def _pages(
    table: OpenTable, places: list[int | None], name: str, whole: str, start: tuple[int, bool], page_rows: int
) -> Iterator[TablePage]:
    place, (skipped, replaced) = _Place(), start
    for row in islice(table.rows, skipped):
        place.use([row])
    ended = False
    while not ended:
        first = table.first + place.rows
        rows = list(islice(table.rows, page_rows))
        for row in rows:
            place.use([row])
        ended = len(rows) < page_rows
        said = [(number, row) for number, row in enumerate(rows, start=first) if any(row)]
        columns = [[row[at] if at is not None else "" for _, row in said] for at in places]
        used = {"rows": place.rows, "sha256": place.digest.hexdigest()}
        state: State = {name: used | ({"file": whole} if ended else {})}
        yield TablePage(columns, [f"{name}, row {number}" for number, _ in said], [], state, replaced=replaced)


def _start(file: Path, how: TableFormat, known: Any) -> tuple[int, bool]:
    """Return how many rows were used already, and whether they stand there no more."""
    if not isinstance(known, dict) or "rows" not in known:
        return 0, False
    place = _Place()
    with opened(file, how.format, how.sheet) as table:
        for row in islice(table.rows, int(known["rows"])):
            place.use([row])
    same = place.rows == known["rows"] and place.digest.hexdigest() == known.get("sha256")
    return (place.rows if same and not how.rereads else 0), not same


def _hash(stream: Any) -> str:
    digest = hashlib.sha256()
    while part := stream.read(_BLOCK):
        digest.update(part)
    return digest.hexdigest()
