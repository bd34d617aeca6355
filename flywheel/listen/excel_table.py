"""One sheet of an Excel or OpenDocument file, its cells as text: a whole number without a point, a date as ISO 8601."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flywheel.errors import PermanentError
from flywheel.listen.cell_text import cell_text
from flywheel.listen.table_format import OpenTable

_LARGEST = 2**30
"""Bytes that the parts of a file may have when unpacked: a few kilobytes can be made to unpack to a disk full."""


@contextmanager
def open_excel(file: Path, sheet: str | None) -> Iterator[OpenTable]:
    """Open the first sheet, or the one of a name; its first row that is not empty holds the names of the columns."""
    from python_calamine import CalamineError, CalamineWorkbook

    _require_modest(file)
    try:
        with CalamineWorkbook.from_path(str(file)) as book:
            if not book.sheet_names:
                raise PermanentError(f"{file.name} has no sheet.")
            if sheet is not None and sheet not in book.sheet_names:
                raise PermanentError(f"{file.name} has no sheet {sheet!r}; it has {', '.join(book.sheet_names)}.")
            cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise PermanentError(
            f"{file.name} cannot be read as Excel or OpenDocument ({type(error).__name__})."
        ) from error
    yield _table(cells)


def _table(cells: list[list[Any]]) -> OpenTable:
    rows = ([cell_text(cell) for cell in row] for row in cells)
    for number, row in enumerate(rows, start=1):
        if any(row):
            return OpenTable(row, rows, number + 1)
    return OpenTable([], iter(()), 1)


def _require_modest(file: Path) -> None:
    if not zipfile.is_zipfile(file):
        return  # the old binary format is not packed
    try:
        with zipfile.ZipFile(file) as parts:
            size = sum(part.file_size for part in parts.infolist())
    # NotImplementedError is how ZipFile refuses an archive that asks for a newer unpacker than Python has
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise PermanentError(f"{file.name} is damaged ({type(error).__name__}).") from error
    if size > _LARGEST:
        raise PermanentError(
            f"{file.name} would unpack to {size / 2**30:.1f} GiB; at most 1 GiB is read. Save it as CSV."
        )
