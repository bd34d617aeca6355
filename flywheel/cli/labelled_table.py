"""A labelled file as columns to learn from: numbers, words, dates; identifiers and constants are left out, and told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.cli.cell_values import SAYS_NOTHING
from flywheel.cli.labelled_answer import Answers, answers
from flywheel.cli.labelled_dates import Dates, dates_in, in_order, moment_of
from flywheel.cli.labelled_leaks import answer_itself, doubt
from flywheel.cli.labelled_same import same_person
from flywheel.cli.trial_table import Table, numbers, read_columns
from flywheel.errors import ConfigError
from flywheel.predict.design import Category, Column, Number, at
from flywheel.predict.logistic import Floats, Rows

_MOSTLY = 0.95
"""A column is of numbers when this share of its cells that say something are."""
_ID_NAME = re.compile(
    r"(?:^|[\s_.-])(?:id|ids|uuid|guid|number|no|nr|num|row|index|key|phone|email)$|ID$|Id$|Number$|NUM$|Num$|#"
)
_MOST_LEVELS = 0.5
_FEWEST = 20
_WORDS_OF_TEXT = 3.0
_SURELY_NOT_DRAWN = 5.0
"""Numbers that people share are met twice: that none is, is then less likely than e^-5 (the birthday problem)."""
_LEAST_PERSONS, _MOST_ROWS_EACH = 50, 60
"""An id that repeats is a person's where there are so many of them, and each has no more rows."""


_ID, _REPEATED_ID = "an identifier", "an identifier, of several rows each"


class LeftOut(NamedTuple):
    """A column that is no feature, and why."""

    column: str
    reason: str


class Labelled(NamedTuple):
    """The usable rows of a file. `moments` are days since 1970 (or what --when counts), None without dates.

    `same` has one number for all rows of a person, or for equal rows; None where every row is another person.
    """

    columns: tuple[Column, ...]
    truth: Floats
    moments: Floats | None
    left_out: tuple[LeftOut, ...]
    rows_without_label: int
    notices: tuple[str, ...]
    same: Rows | None = None


def read_labelled(
    file: Path, label: str, positive: str | None = None, when: str | None = None, without: Sequence[str] = ()
) -> Labelled:
    """Read a file in which one column says what happened; raises ConfigError with what to do."""
    table = read_columns(file, [label, *([when] if when else []), *without], others=True)
    said = answers(label, table.columns[label], positive)
    names = [name for name in table.columns if name not in (label, *without)]
    dates = _dates(table, names, when)
    rows = np.flatnonzero(~np.isnan(said.truth))
    usual = {
        name: one for name, one in dates.items() if name == when or not _afterwards(one.days[rows], said.truth[rows])
    }
    moment = moment_of(usual, when)
    dated = rows if moment is None else rows[~np.isnan(dates[moment].days[rows])]
    found = {name: _feature(name, table, dates, moment, said.truth, dated) for name in names if name != moment}
    columns = tuple(one for one in found.values() if not isinstance(one, LeftOut))
    left_out = [LeftOut(moment, "a date: rows are split by it")] if moment else []
    left_out += [LeftOut(name, "left out by --without") for name in without]
    left_out += [one for one in found.values() if isinstance(one, LeftOut)]
    if not columns:
        told = "; ".join(f"{one.column!r}: {one.reason}" for one in left_out)
        raise ConfigError(f"{file.name} has no column to learn from beside {label!r}. {told or 'It has no other'}.")
    ids = {one.column: one.reason == _REPEATED_ID for one in left_out if one.reason in (_ID, _REPEATED_ID)}
    same, told_of_same = same_person(table, names, ids, dated)
    notices = _notices(said, dates, moment, len(rows) - len(dated), columns, dated)
    return Labelled(
        columns, said.truth[dated], dates[moment].days[dated] if moment else None, tuple(left_out),
        len(said.truth) - len(dated), (*notices, *told_of_same), same,
    )  # fmt: skip


def _dates(table: Table, names: Sequence[str], when: str | None) -> dict[str, Dates]:
    found = {name: one for name in names if (one := dates_in(name, table.columns[name])) is not None}
    if when is None or when in found or (counted := in_order(table.columns[when])) is None:
        return found
    return found | {when: counted}


def _afterwards(days: Floats, truth: Floats) -> bool:
    """Return whether a date stands only where somebody left: it is the date of leaving."""
    return answer_itself(Number("", days), truth) is not None


def _feature(
    name: str, table: Table, dates: dict[str, Dates], moment: str | None, truth: Floats, rows: Rows
) -> Column | LeftOut:
    """Return a column for the rows that count, or why it is none."""
    column: Column | LeftOut
    if name not in dates:
        column = _column(name, table)
    elif moment is not None:  # a calendar day of the past says nothing of the next: days before the row's own do
        column = Number(f"days since {name}", dates[moment].days - dates[name].days)
    else:
        column = Number(name, dates[name].days)
    if isinstance(column, LeftOut):
        return column
    here = at(column, rows)
    reason = answer_itself(here, truth[rows])
    if reason is None and name in dates and moment is None:
        reason = "a date that too few rows have for a split in time (name it with --when to use it)"
    return here if reason is None else LeftOut(name, reason)


def _column(name: str, table: Table) -> Column | LeftOut:
    cells = [cell.strip() for cell in table.columns[name]]
    said = ["" if cell.casefold() in SAYS_NOTHING else cell for cell in cells]
    distinct, filled = set(said) - {""}, sum(1 for one in said if one)
    if len(distinct) < 2 and filled in (0, len(said)):
        return LeftOut(name, "it says the same in every row")
    values = _numbers(name, said, filled, table)
    named = _ID_NAME.search(name) is not None
    if _repeats(len(distinct), filled) and named and (values is None or _whole(values)):
        return LeftOut(name, _REPEATED_ID)
    if values is not None:
        return LeftOut(name, _ID) if _is_number_of_row(values, named=named) else Number(name, values)
    if len(distinct) > _MOST_LEVELS * filled and filled > _FEWEST:
        return LeftOut(name, _of_many(distinct, filled))
    levels = sorted(distinct)
    place = {level: k for k, level in enumerate(levels)} | {"": -1}
    return Category(name, np.array([place[one] for one in said], np.int64), tuple(levels))


def _of_many(distinct: set[str], filled: int) -> str:
    if sum(len(one.split()) for one in distinct) >= _WORDS_OF_TEXT * len(distinct):
        return "free text"
    return _ID if len(distinct) > _MOSTLY * filled else "nearly every row says another"


def _numbers(name: str, said: list[str], filled: int, table: Table) -> Floats | None:
    try:
        values = numbers(name, Table({name: said}, 0, table.comma_is_decimal))
    except ConfigError:
        return None
    return np.asarray(values, np.float64) if (~np.isnan(values)).sum() >= _MOSTLY * filled else None


def _repeats(distinct: int, filled: int) -> bool:
    return _LEAST_PERSONS <= distinct < _MOSTLY * filled and filled <= _MOST_ROWS_EACH * distinct


def _whole(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return bool((known == np.rint(known)).all())


def _is_number_of_row(values: Floats, *, named: bool) -> bool:
    """Return whether whole numbers are all different, and count the rows, are called so, or should have met twice."""
    known = values[~np.isnan(values)]
    if len(np.unique(known)) < _MOSTLY * len(known) or len(known) < _FEWEST or not _whole(values):
        return False
    steps = np.diff(known)
    met = len(known) ** 2 / (2 * (float(np.ptp(known)) + 1))
    alone = len(np.unique(known)) == len(known) and met > _SURELY_NOT_DRAWN
    return bool((steps > 0).all() or (steps < 0).all() or named or alone)


def _notices(
    said: Answers, dates: dict[str, Dates], moment: str | None, undated: int, columns: Sequence[Column], rows: Rows
) -> tuple[str, ...]:
    """Return what a reader should know: what was taken for what, undated rows, columns that know the answer."""
    found = [*said.notices]
    if undated:
        found.append(f"{undated:,} rows have no date in {moment!r} and are left out.")
    found += [one.doubt for one in dates.values() if one.doubt]
    return (*found, *(words for one in columns if (words := doubt(one, said.truth[rows])) is not None))
