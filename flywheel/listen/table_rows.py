"""Rows out of lines (CSV, JSON Lines) as columns, in runs of bounded length; what is no row is named by its line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from flywheel.listen.file_lines import FileLines

_HANDFUL = 500
"""Rows that are turned into columns at once: few enough to stay in the processor's cache, and below gc's notice."""
_NOT_CLOSED = "a quote is opened here and never closed: all that follows would be one cell"
_ESCAPED = re.compile("[\udc80-\udcff]")
UNDECODABLE = "bytes that the encoding does not know: set `encoding`"


@dataclass(slots=True)
class Run:
    """Some rows cut to the wanted columns, the line on which each ends, what is bad on which line, the last line."""

    columns: list[list[str]]
    numbers: list[int] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    last: int = 0

    def __len__(self) -> int:
        return len(self.numbers) + len(self.bad)

    def add(self, taken: _Taken, places: Sequence[int | None]) -> None:
        """Add rows, of which the wanted cells stand at some places; a column that has no place is empty."""
        for column, place in zip(self.columns, places, strict=True):
            column.extend([""] * len(taken.rows) if place is None else [row[place] for row in taken.rows])
        self.numbers += taken.numbers
        self.bad += taken.bad

    def without_undecodable(self, last: int) -> Run:
        """Return the rows in which every wanted cell could be decoded."""
        if all(map(_is_decoded, map("".join, self.columns))):
            return Run(self.columns, self.numbers, self.bad, last)
        keep = [all(map(_is_decoded, row)) for row in zip(*self.columns, strict=True)]
        bad = [(number, UNDECODABLE) for number, kept in zip(self.numbers, keep, strict=True) if not kept]
        columns = [list(compress(column, keep)) for column in self.columns]
        return Run(columns, list(compress(self.numbers, keep)), self.bad + bad, last)


@dataclass(slots=True)
class _Taken:
    """Rows as they were found, with the number of the line on which each ends."""

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def keep_only(self, chosen: Sequence[object]) -> None:
        """Keep the rows beside which something true stands."""
        self.rows, self.numbers = list(compress(self.rows, chosen)), list(compress(self.numbers, chosen))


def csv_runs(
    lines: FileLines, delimiter: str, width: int, places: Sequence[int | None], rows: int, size: int
) -> Iterator[Run]:
    """Yield runs of at most so many rows, the header being `width` wide; one ends early when `size` bytes were read."""
    reader = csv.reader(lines, delimiter=delimiter)
    if not lines.start:
        next(reader, None)
    run, ended = Run([[] for _ in places]), False
    while not ended:
        taken, first = _Taken(), reader.line_num
        ended = _take(reader, taken, lines, min(rows - len(run), _HANDFUL), size) or lines.at_end(reader.line_num)
        if ended:
            _cut_open_end(taken, lines, delimiter, first)
        _fit(taken, width)
        run.add(taken, places)
        if ended or len(run) >= rows or lines.ahead > size:
            yield run.without_undecodable(reader.line_num)
            run = Run([[] for _ in places])


def json_runs(lines: FileLines, wanted: Sequence[tuple[str, ...]], rows: int, size: int) -> Iterator[Run]:
    """Yield runs of at most so many rows; of several names of a column the first that says something counts."""
    taken, number = _Taken(), 0
    for number, line in enumerate(lines, start=1):
        if line.strip():
            _take_json(line, number, wanted, taken)
        if len(taken.rows) + len(taken.bad) >= rows or lines.ahead > size:
            yield _json_run(taken, wanted, number)
            taken = _Taken()
    yield _json_run(taken, wanted, number)


def _take(reader: Any, taken: _Taken, lines: FileLines, rows: int, size: int) -> bool:
    """Take rows until there are enough; return whether there are no more."""
    while True:
        try:
            for row in reader:
                taken.rows.append(row)
                taken.numbers.append(reader.line_num)
                if len(taken.rows) >= rows or lines.ahead > size:
                    return False
        except csv.Error as error:
            taken.bad.append((reader.line_num, f"not readable as CSV ({error})"))
            if len(taken.bad) >= rows:
                return False
        else:
            return True


def _cut_open_end(taken: _Taken, lines: FileLines, delimiter: str, first: int) -> None:
    """Set the last record aside if it begins a quote that the end of the file leaves open."""
    if not taken.rows or not taken.rows[-1]:
        return
    before = max([first, *taken.numbers[-2:-1], *(number for number, _ in taken.bad if number < taken.numbers[-1])])
    try:
        list(csv.reader(lines.between(before + 1, taken.numbers[-1]), delimiter=delimiter, strict=True))
    except csv.Error as error:
        lines.open = "unexpected end" in str(error)
    if lines.open:
        taken.rows.pop()
        taken.numbers.pop()
        taken.bad.append((before + 1, _NOT_CLOSED))


def _fit(taken: _Taken, width: int) -> None:
    """Leave rows out that are empty lines, fill short ones up; empty cells at the end of a long one do no harm."""
    if not all(taken.rows):
        taken.keep_only(taken.rows)
    if set(map(len, taken.rows)) <= {width}:
        return
    fits = [not any(row[width:]) for row in taken.rows]
    for row, number, fitting in zip(taken.rows, taken.numbers, fits, strict=True):
        if not fitting:
            taken.bad.append((number, f"{len(row)} cells where the header has {width}"))
        row.extend([""] * (width - len(row)))
    taken.keep_only(fits)


def _take_json(line: str, number: int, wanted: Sequence[tuple[str, ...]], taken: _Taken) -> None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        taken.bad.append((number, "not readable as JSON"))
        return
    if not isinstance(value, dict):
        taken.bad.append((number, f"a JSON {type(value).__name__} where an object was expected"))
        return
    taken.rows.append([next(filter(None, (_reach(value, name) for name in names)), "") for names in wanted])
    taken.numbers.append(number)


def _reach(value: Any, name: str) -> str:
    for part in (name,) if name in value else name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json_run(taken: _Taken, wanted: Sequence[tuple[str, ...]], last: int) -> Run:
    run = Run([[] for _ in wanted])
    run.add(taken, range(len(wanted)))
    return run.without_undecodable(last)


def _is_decoded(text: str) -> bool:
    """Return whether no byte was escaped in decoding (surrogateescape writes them as U+DC80 to U+DCFF)."""
    if text.isascii():
        return True
    try:
        text.encode()  # finds any surrogate far sooner than a search for these
    except UnicodeEncodeError:
        return _ESCAPED.search(text) is None
    return True
