"""What reaches the screen: results on stdout, progress and errors on stderr, or one JSON document on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from flywheel.cli.options import Options


def say(text: str) -> None:
    """Print a line of progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def answer(options: Options, document: Any, lines: Iterable[str]) -> None:
    """Print the result: the document with --json, else the lines."""
    if options.json:
        print_json(document)
    else:
        for line in lines:
            print(line)


def print_json(document: Any) -> None:
    """Print one JSON document; moments are UTC in ISO 8601."""
    from pydantic_core import to_jsonable_python

    print(json.dumps(to_jsonable_python(document), indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return aligned lines; numbers stand to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[at]) for line in [list(head), *cells]) for at in range(len(head))]
    right = [_numeric([row[at] for row in rows]) for at in range(len(head))]

    def line(texts: Sequence[str]) -> str:
        aligned = (t.rjust(w) if r else t.ljust(w) for t, w, r in zip(texts, widths, right, strict=True))
        return "  ".join(aligned).rstrip()

    return [line(head), line(["-" * width for width in widths]), *(line(row) for row in cells)]


def count(n: int, one: str, many: str | None = None) -> str:
    """Return "1 row", "2,000 rows"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def printable(words: str) -> str:
    """Return words on one line; feedback is hostile input, so nothing in it reaches the terminal as a command."""
    return "".join(one if one.isprintable() else " " for one in words)


def _numeric(column: Sequence[Any]) -> bool:
    return bool(column) and all(value is None or isinstance(value, int | float) for value in column)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
