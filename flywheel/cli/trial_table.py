"""A trial's file as columns: every row is a person, equal rows are different people, no cell is dropped unseen."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.cli.cell_values import read_cells
from flywheel.cli.guess import format_of
from flywheel.errors import ConfigError, PermanentError
from flywheel.learn.means import Floats
from flywheel.learn.trial_facts import Kind, Labels, Metric
from flywheel.listen.table_file import header_of, read_tables

MOST_ARMS = 50


class Table(NamedTuple):
    """The wanted columns of a file as text, and how many of its rows were no rows of its table."""

    columns: dict[str, list[str]]
    broken: int
    comma_is_decimal: bool


def header(file: Path) -> list[str]:
    """Return the names of a file's columns; raises ConfigError where it cannot be read."""
    if not file.is_file():
        raise ConfigError(f"There is no file {str(file)!r}.")
    try:
        return header_of(file, format_of(file))
    except (PermanentError, OSError) as error:
        raise ConfigError(str(error)) from error


def read_columns(file: Path, wanted: Sequence[str], *, others: bool = False) -> Table:
    """Return columns by name, and all `others`; raises ConfigError with a suggestion for one that is not there."""
    known = header(file)
    how = format_of(file)
    for name in wanted:
        _require(name, known, file)
    names = list(dict.fromkeys([*wanted, *(known if others else ())]))
    try:
        path = file.resolve().with_name(glob.escape(file.resolve().name))
        pages = list(read_tables(path, how, names, None, file.name))
    except (PermanentError, OSError) as error:
        raise ConfigError(str(error)) from error
    cells = {name: list(chain.from_iterable(page.columns[at] for page in pages)) for at, name in enumerate(names)}
    if not cells[names[0]]:
        raise ConfigError(f"{file.name} has a heading and no rows.")
    return Table(cells, sum(len(page.bad) for page in pages), how.delimiter == ";")


def labels(cells: Sequence[str], column: str) -> Labels:
    """Return a column of names, in the order of their spelling; raises ConfigError where there are too many."""
    stripped = [cell.strip() for cell in cells]
    names = sorted(set(stripped) - {""})
    if len(names) > MOST_ARMS:
        raise ConfigError(
            f"Column {column!r} has {len(names):,} different values: that is no arm and no segment. Choose another "
            f"column, or cut it into at most {MOST_ARMS} groups."
        )
    places = {name: place for place, name in enumerate(names)} | {"": -1}
    return Labels(np.array([places[cell] for cell in stripped], dtype=np.int64), tuple(names))


def metric(name: str, table: Table) -> Metric:
    """Return a column as 0 and 1, or as numbers: whichever more of its cells are; the others are counted."""
    cells = table.columns[name]
    kinds = read_cells(cells, comma_is_decimal=table.comma_is_decimal)
    counts = {"word": 0, "number": 0, "empty": 0}
    for cell in cells:
        kind, value = kinds[cell]
        counts["word" if kind == "word" else "number" if kind == "number" and value not in (0, 1) else "empty"] += 1
    sort: Kind = "proportion" if counts["word"] >= counts["number"] else "mean"
    fits = {cell: value if _fits(kind, value, sort) else np.nan for cell, (kind, value) in kinds.items()}
    values = np.array([fits[cell] for cell in cells], dtype=np.float64)
    if np.isnan(values).all():
        raise ConfigError(f"Column {name!r} holds neither numbers nor true/false, yes/no, 0/1: it is no metric.")
    empty = sum(1 for cell in cells if kinds[cell][0] == "empty")
    return Metric(name, sort, values, empty, int(np.isnan(values).sum()) - empty)


def numbers(name: str, table: Table) -> Floats:
    """Return a column of numbers; nan where there is none."""
    cells = table.columns[name]
    read = read_cells(cells, comma_is_decimal=table.comma_is_decimal)
    values = np.array([read[cell][1] if read[cell][0] == "number" else np.nan for cell in cells], dtype=np.float64)
    if np.isnan(values).all():
        raise ConfigError(f"Column {name!r} holds no numbers.")
    return values


def _fits(kind: str, value: float, sort: Kind) -> bool:
    return kind == "number" if sort == "mean" else kind == "word" or (kind == "number" and value in (0, 1))


def _require(name: str, header: list[str], file: Path) -> None:
    if not any(one.strip() for one in header):
        raise ConfigError(f"{file.name} holds no table: a heading and rows are wanted, or one JSON object a line.")
    if name not in header:
        close = get_close_matches(name, header, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"{file.name} has no column {name!r}.{hint} Its columns: {', '.join(header)}.")
