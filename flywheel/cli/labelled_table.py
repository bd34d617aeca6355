"""A labelled file as columns to learn from: numbers, words, dates; identifiers and constants are left out, and told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.cli.guess import format_of
from flywheel.cli.trial_table import Table, metric, numbers, read_columns
from flywheel.errors import ConfigError
from flywheel.listen.dates import DateRules, formats_that_read, read_dates
from flywheel.listen.table_file import header_of
from flywheel.predict.design import Category, Column, Number
from flywheel.predict.logistic import Floats, Rows

_MOSTLY = 0.95
"""A column is of numbers, or of dates, when this share of its cells that say something are."""
_MOSTLY_BAD = 1 - _MOSTLY
_SAYS_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "unknown"})
_ID_NAME = re.compile(
    r"(?:^|[\s_.-])(?:id|ids|uuid|guid|number|no|nr|num|row|index|key|phone|email)$|ID$|Id$|Number$|#"
)
_MOST_LEVELS = 0.5
_DAY = 86_400.0


class LeftOut(NamedTuple):
    """A column that is no feature, and why."""

    column: str
    reason: str


class Labelled(NamedTuple):
    """The usable rows of a file. `moments` are days since 1970, None where the file has no dates."""

    columns: tuple[Column, ...]
    truth: Floats
    moments: Floats | None
    left_out: tuple[LeftOut, ...]
    rows_without_label: int
    notices: tuple[str, ...]


def read_labelled(file: Path, label: str, positive: str | None = None, when: str | None = None) -> Labelled:
    """Read a file in which one column says what happened; raises ConfigError with what to do."""
    if not file.is_file():
        raise ConfigError(f"There is no file {str(file)!r}.")
    table = read_columns(file, [label, *([when] if when else []), *header_of(file, format_of(file))])
    truth = _truth(label, table, positive)
    known = np.flatnonzero(~np.isnan(truth))
    names = [name for name in table.columns if name != label]
    dates = {name: found for name in names if (found := _dates(table.columns[name])) is not None}
    moment = _moment(dates, when)
    columns: list[Column] = []
    left_out = [LeftOut(moment, "a date: rows are split by it")] if moment else []
    for name in names:
        if name != moment:
            one = _age(name, dates[name], dates[moment]) if name in dates and moment else _column(name, table)
            (left_out if isinstance(one, LeftOut) else columns).append(one)  # type: ignore[arg-type]
    if not columns:
        raise ConfigError(f"{file.name} has no column to learn from beside {label!r}.")
    rows = known if moment is None else known[~np.isnan(dates[moment][known])]
    return Labelled(
        tuple(_of(one, rows) for one in columns), truth[rows], dates[moment][rows] if moment else None,
        tuple(left_out), len(truth) - len(rows), _notices(columns, truth, moment, len(known) - len(rows)),
    )  # fmt: skip


def _truth(label: str, table: Table, positive: str | None) -> Floats:
    """Return 0, 1 or nan: words and numbers as a trial reads them, or any two values of which one is named."""
    cells = [cell.strip().rstrip(".") for cell in table.columns[label]]
    values = sorted({cell for cell in cells if cell.casefold() not in _SAYS_NOTHING})
    if positive is not None:
        if positive not in values:
            raise ConfigError(f"Column {label!r} never says {positive!r}; it says {', '.join(values[:10])}.")
        return np.array([np.nan if one.casefold() in _SAYS_NOTHING else float(one == positive) for one in cells])
    try:
        found = metric(label, Table({label: cells}, 0, table.comma_is_decimal))
    except ConfigError:
        found = None
    if found is None or found.kind != "proportion" or found.unreadable > _MOSTLY_BAD * len(cells):
        raise ConfigError(
            f"Column {label!r} is no yes or no: it says {', '.join(map(repr, values[:6]))}. Name the value that means "
            "yes: --positive VALUE."
        )
    if len(np.unique(found.values[~np.isnan(found.values)])) < 2:
        raise ConfigError(f"Every row of {label!r} says the same: nothing can be learned from it.")
    return np.asarray(found.values, np.float64)


def _dates(cells: Sequence[str]) -> Floats | None:
    """Return days since 1970, or None where the column is not of dates; bare numbers are none."""
    distinct = {cell.strip() for cell in cells} - {""}
    looks = [one for one in distinct if re.search(r"\d[-/.: T]", one) and re.search(r"\d{4}|\d[-/.]\d+[-/.]\d", one)]
    said = [one for one in distinct if one.casefold() not in _SAYS_NOTHING]
    if len(looks) < _MOSTLY * len(said) or len(said) < 3:
        return None
    texts = sorted(looks)
    read = read_dates(texts, DateRules())
    if sum(one is not None for one in read) < _MOSTLY * len(said):
        forms = formats_that_read(texts)
        read = read_dates(texts, DateRules(format=forms[0])) if forms else read
    known = {text: one.timestamp() / _DAY for text, one in zip(texts, read, strict=True) if one is not None}
    if len(known) < _MOSTLY * len(said):
        return None
    return np.array([known.get(cell.strip(), np.nan) for cell in cells])


def _moment(dates: dict[str, Floats], when: str | None) -> str | None:
    """Return the column by which rows are split: the given one, else the one that reaches latest."""
    if when is not None and when not in dates:
        raise ConfigError(f"Column {when!r} holds no dates that can be read.")
    return when or max(dates, key=lambda name: float(np.nanmax(dates[name])), default=None)


def _age(name: str, days: Floats, moment: Floats) -> Column:
    """Return another date as days before the row's own: a calendar day of the past says nothing of the next."""
    return Number(f"days since {name}", moment - days)


def _column(name: str, table: Table) -> Column | LeftOut:
    cells = [cell.strip() for cell in table.columns[name]]
    said = ["" if cell.casefold() in _SAYS_NOTHING else cell for cell in cells]
    distinct = set(said) - {""}
    if len(distinct) < 2:
        return LeftOut(name, "it says the same in every row")
    values = _numbers(name, said, table)
    if values is not None:
        return LeftOut(name, "an identifier") if _is_number_of_row(name, values) else Number(name, values)
    filled = sum(1 for one in said if one)
    if len(distinct) > _MOST_LEVELS * filled and filled > 20:
        return LeftOut(name, "an identifier" if len(distinct) > _MOSTLY * filled else "nearly every row says another")
    levels = sorted(distinct)
    place = {level: k for k, level in enumerate(levels)} | {"": -1}
    return Category(name, np.array([place[one] for one in said], np.int64), tuple(levels))


def _numbers(name: str, said: list[str], table: Table) -> Floats | None:
    plain = said if table.comma_is_decimal else [re.sub(r"(?<=\d),(?=\d{3}\b)", "", one.strip("$€£% ")) for one in said]
    try:
        values = numbers(name, Table({name: plain}, 0, table.comma_is_decimal))
    except ConfigError:
        return None
    filled = sum(1 for one in said if one)
    return np.asarray(values, np.float64) if (~np.isnan(values)).sum() >= _MOSTLY * filled else None


def _is_number_of_row(name: str, values: Floats) -> bool:
    """Return whether whole numbers are all different, and count the rows or are called so."""
    known = values[~np.isnan(values)]
    if len(np.unique(known)) < _MOSTLY * len(known) or len(known) < 20 or not (known == np.rint(known)).all():
        return False
    steps = np.diff(known)
    return bool((steps > 0).all() or (steps < 0).all() or _ID_NAME.search(name))


def _of(column: Column, rows: Rows) -> Column:
    if isinstance(column, Number):
        return Number(column.name, column.values[rows])
    return Category(column.name, column.codes[rows], column.levels)


def _notices(columns: Sequence[Column], truth: Floats, moment: str | None, undated: int) -> tuple[str, ...]:
    """Return what a reader should know: undated rows, and columns that know the answer."""
    from flywheel.predict.judged import auc

    found = [f"{undated:,} rows have no date in {moment!r} and are left out."] if undated else []
    for one in columns:
        if isinstance(one, Number):
            known = ~np.isnan(one.values) & ~np.isnan(truth)
            alone = auc(truth[known], one.values[known])
            if max(alone, 1 - alone) > _MOSTLY:
                found.append(f"Column {one.name!r} alone tells the answer (AUC {max(alone, 1 - alone):.2f}): is it "
                             "known before it happens?")  # fmt: skip
    return tuple(found)
