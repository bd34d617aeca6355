"""Tables in files (CSV, JSON Lines), read in pages; a grown file costs its new rows, an unchanged one only a hash.

The state of a file is how many bytes of it were used and their SHA-256. A file whose beginning changed was replaced
and is read again from its start; what is stored already is recognised by its id.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import BufferedReader
from pathlib import Path
from typing import Any, Literal

from flywheel.domain.feedback import SetAside
from flywheel.errors import PermanentError

Format = Literal["csv", "jsonl"]
State = dict[str, Any]
PAGE_ROWS = 5_000
_LARGEST_CELL = 16 * 2**20
_PART = 2**20


@dataclass(frozen=True, slots=True)
class TablePage:
    """Some rows of a file, cut to the wanted columns; `state` covers them and all before them."""

    rows: list[list[str]]
    positions: list[str]
    bad: list[SetAside]
    state: State


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
            yield TablePage(page.rows, page.positions, page.bad, states)


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
            return next(_csv_rows(_Lines(stream, how, hashlib.sha256(), 0), how), [])
        except csv.Error as error:
            raise PermanentError(f"{str(file)!r} has no header that can be read as CSV ({error}).") from error


def _read_file(file: Path, how: TableFormat, wanted: Sequence[str], known: Any, source: str) -> Iterator[TablePage]:
    csv.field_size_limit(_LARGEST_CELL)
    try:
        with file.open("rb") as stream:
            start, digest = _resume(stream, known, how)
            if start == file.stat().st_size and start > 0:
                return
            lines = _Lines(stream, how, digest, start)
            header = header_of(file, how) if how.format == "csv" else list(wanted)
            if how.format == "csv":
                _require_columns(header, wanted, file, source)
                if start == 0:
                    next(_csv_rows(lines, how), None)
            yield from _pages(lines, how, header, wanted, file.name, start)
    except OSError as error:
        raise PermanentError(f"Source {source!r}: {str(file)!r} cannot be read ({error.strerror}).") from error


def _resume(stream: BufferedReader, known: Any, how: TableFormat) -> tuple[int, Any]:
    """Return where to go on and the hash so far: at the known place if all before it is unchanged, else at 0."""
    digest = hashlib.sha256()
    if isinstance(known, dict):
        left = int(known.get("bytes", 0))
        last = b""
        while left > 0 and (part := stream.read(min(left, _PART))):
            digest.update(part)
            last, left = part, left - len(part)
        unchanged = left == 0 and digest.hexdigest() == known.get("sha256")
        grown = bool(stream.peek(1))
        whole = last.endswith(b"\n") and not known.get("open")
        if unchanged and (not grown or (whole and not how.rereads)):
            return int(known["bytes"]), digest
    stream.seek(0)
    return 0, hashlib.sha256()


class _Lines:
    """The decoded lines of a stream; counts the bytes that were used and hashes them."""

    def __init__(self, stream: BufferedReader, how: TableFormat, digest: Any, start: int) -> None:
        self._stream, self._digest, self.used, self.number = stream, digest, start, 0
        self.open = False
        """Whether the file ends inside a quote: when it grows, it must be read from its start."""
        self._encoding, self._first = how.encoding, start == 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline()
        if not line:
            raise StopIteration
        self._digest.update(line)
        self.used += len(line)
        self.number += 1
        encoding = self._encoding if self._first else self._encoding.removesuffix("-sig")
        self._first = False
        return line.decode(encoding, "surrogateescape")

    def state(self, name: str) -> State:
        known = {"bytes": self.used, "sha256": self._digest.hexdigest()}
        return {name: known | ({"open": True} if self.open else {})}

    def ends_in_a_quote(self, begin: int, delimiter: str) -> bool:
        """Return whether the record that begins at a byte is the last one, and its quote is never closed."""
        if self._stream.peek(1):
            return False
        self._stream.seek(begin)
        record = self._stream.read().decode(self._encoding, "surrogateescape").splitlines(keepends=True)
        try:
            list(csv.reader(record, delimiter=delimiter, strict=True))
        except csv.Error as error:
            self.open = "unexpected end" in str(error)
        return self.open


def _csv_rows(lines: _Lines, how: TableFormat) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=how.delimiter)


def _pages(
    lines: _Lines, how: TableFormat, header: list[str], wanted: Sequence[str], name: str, start: int
) -> Iterator[TablePage]:
    records = _csv_records(lines, how, header, wanted) if how.format == "csv" else _json_records(lines, wanted)
    rows: list[list[str]] = []
    positions: list[str] = []
    bad: list[SetAside] = []
    for number, row in records:
        position = f"{name}, line {number}" if start == 0 else f"{name}, byte {start}, line {number}"
        if isinstance(row, str):
            bad.append(SetAside(position=position, reason=row))
        else:
            rows.append(row)
            positions.append(position)
        if len(rows) + len(bad) >= PAGE_ROWS:
            yield TablePage(rows, positions, bad, lines.state(name))
            rows, positions, bad = [], [], []
    yield TablePage(rows, positions, bad, lines.state(name))


def _csv_records(
    lines: _Lines, how: TableFormat, header: list[str], wanted: Sequence[str]
) -> Iterator[tuple[int, list[str] | str]]:
    places = [header.index(name) for name in wanted]
    width = len(header)
    reader = _csv_rows(lines, how)
    while True:
        begin, number = lines.used, lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.number, f"not readable as CSV ({error})"
            continue
        if not row:
            continue
        if lines.ends_in_a_quote(begin, how.delimiter):
            yield number, "a quote is opened here and never closed: all that follows would be one cell"
            continue
        if len(row) != width:
            if len(row) > width and any(row[width:]):
                yield lines.number, f"{len(row)} cells where the header has {width}"
                continue
            row += [""] * (width - len(row))
        picked = [row[place] for place in places]
        yield lines.number, _undecodable(picked) or picked


def _json_records(lines: _Lines, wanted: Sequence[str]) -> Iterator[tuple[int, list[str] | str]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield lines.number, "not readable as JSON"
            continue
        if not isinstance(value, dict):
            yield lines.number, f"a JSON {type(value).__name__} where an object was expected"
            continue
        picked = [_reach(value, name) for name in wanted]
        yield lines.number, _undecodable(picked) or picked


def _reach(value: Any, name: str) -> str:
    for part in (name,) if name in value else name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _undecodable(cells: list[str]) -> str | None:
    if any("\udc80" <= sign <= "\udcff" for cell in cells if not cell.isascii() for sign in cell):
        return "bytes that the encoding does not know: set `encoding`"
    return None


def _require_columns(header: list[str], wanted: Sequence[str], file: Path, source: str) -> None:
    for name in wanted:
        if name not in header:
            close = get_close_matches(name, header, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise PermanentError(
                f"Source {source!r}: {file.name} has no column {name!r}.{hint} Its columns: {', '.join(header)}."
            )
