"""Guessing how a table is written and which of its columns is the text, from its first rows."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from flywheel.errors import ConfigError
from flywheel.listen.table_file import ENDINGS, header_of, read_tables
from flywheel.listen.table_format import Format, TableFormat

_LOOKED_AT = 200
_TEXT_NAMES = (
    "text",
    "body",
    "message",
    "comment",
    "review",
    "feedback",
    "content",
    "verbatim",
    "answer",
    "opinia",
    "tekst",
)
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"PAR1")
"""How files begin that are no text: gzip, zip (and Excel), bzip2, xz, Parquet."""
_NAMED_SO = 20.0
"""A fitting name counts as much as this many words a cell."""


def records_of(file: Path, column: str | None, limit: int) -> tuple[list[str], str]:
    """Return some texts of a file and the column they stand in; raises ConfigError that says what is wrong."""
    if not file.is_file():
        raise ConfigError(f"There is no file {str(file)!r}.")
    how = format_of(file)
    header = header_of(file, how)
    if column is not None and how.format == "csv" and column not in header:
        close = get_close_matches(column, header, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"{file.name} has no column {column!r}.{hint} Its columns: {', '.join(header)}.")
    if not header:
        raise ConfigError(f"{file.name} holds no table: a CSV file with a heading, or one JSON object a line.")
    rows = _rows(file, how, [column] if column else header, max(limit, _LOOKED_AT))
    chosen = column or max(header, key=lambda name: _textiness(name, [row[header.index(name)] for row in rows]))
    place = 0 if column else header.index(chosen)
    return [row[place] for row in rows if row[place].strip()][:limit], chosen


def format_of(file: Path) -> TableFormat:
    """Return how a file is probably written, by its name and its first line."""
    ending = file.suffix.lower()
    kind: Format = next((kind for kind, endings in ENDINGS.items() if ending in endings), "csv")
    if kind in ("excel", "parquet"):
        return TableFormat(kind)
    if ending == ".json":
        kind = "jsonl"
    try:
        with file.open("rb") as stream:
            first = stream.readline(1 << 16)
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be read ({error.strerror}).") from error
    if first.startswith(_PACKED):
        raise ConfigError(
            f"{file.name} is packed or of another kind than its name says: unpack it, or name it rightly."
        )
    if kind == "jsonl" and first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        raise ConfigError(
            f"{file.name} holds one JSON list; one object a line is read (JSON Lines): `jq -c '.[]' {file.name}`."
        )
    delimiter = max(",;\t|", key=lambda sign: first.count(sign.encode()))
    return TableFormat(kind, likely_encoding(file), delimiter)


def likely_encoding(file: Path) -> str:
    """Return how a file is probably encoded, for a person to confirm; a mark at its start is read in any case."""
    with file.open("rb") as stream:
        start = stream.read(1 << 16)
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start <= len(start) - 4:  # else a sign was cut in two
            from charset_normalizer import from_bytes

            best = from_bytes(start).best()
            return best.encoding if best is not None else "cp1252"
    return "utf-8-sig"


def _rows(file: Path, how: TableFormat, wanted: list[str], limit: int) -> list[list[str]]:
    rows = (row for page in read_tables(file.resolve(), how, wanted, None, file.name) for row in page.rows)
    return list(islice(rows, limit))


def _textiness(name: str, cells: list[str]) -> float:
    """Return about how many words a cell of a column has, more for a name that promises text."""
    words = sum(len(cell.split()) for cell in cells) / max(len(cells), 1)
    named = any(hint in name.lower() for hint in _TEXT_NAMES) and words > 1
    return words + (_NAMED_SO if named else 0.0)
