"""Columns of dates in a labelled file: which they are, and by which of them rows are split in time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from flywheel.cli.cell_values import SAYS_NOTHING, read_cells
from flywheel.errors import ConfigError
from flywheel.listen.dates import DateRules, formats_that_read, read_dates
from flywheel.predict.logistic import Floats

_MOSTLY = 0.95
"""A column is of dates when this share of its cells that say something are."""
_MOST_ROWS = 0.8
"""Rows are split by a date of its own accord only where so many have one."""
_DAY = 86_400.0
_LOOKED_AT = 40
_LOOKS_SO = re.compile(r"\d[-/.: T]|^(?:19|20)\d\d[01]\d[0-3]\d$|\d [A-Za-z]{3,}|[A-Za-z]{3,} \d")
_SAYS_A_DAY = re.compile(r"\d{4}|\d[-/.]\d+[-/.]\d")
_TURNED = (("%d/%m", "%m/%d"), ("%d-%m", "%m-%d"), ("%d.%m", "%m.%d"))


class Dates(NamedTuple):
    """A column of dates as days since 1970, nan where there is none; `doubt` is told where it may be read two ways."""

    days: Floats
    doubt: str | None


def dates_in(name: str, cells: Sequence[str]) -> Dates | None:
    """Return a column's dates, or None where it is not of dates; bare numbers are none but as 20250131."""
    distinct = {cell.strip() for cell in cells}
    said = [one for one in distinct if one.casefold() not in SAYS_NOTHING]
    looks = sorted(one for one in said if _LOOKS_SO.search(one) and _SAYS_A_DAY.search(one))
    if len(looks) < _MOSTLY * len(said) or len(said) < 3:
        return None
    known, form = _read(looks)
    if len(known) < _MOSTLY * len(said):
        return None
    return Dates(np.array([known.get(cell.strip(), np.nan) for cell in cells]), _doubt(name, form, looks))


def moment_of(dates: Mapping[str, Dates], when: str | None) -> str | None:
    """Return the column by which rows are split: the given one, else of those that most rows have the latest."""
    if when is not None:
        if when not in dates:
            raise ConfigError(f"Column {when!r} holds no dates that can be read, and no whole numbers that count time.")
        return when
    filled = {name: one.days for name, one in dates.items() if np.mean(~np.isnan(one.days)) >= _MOST_ROWS}
    return max(filled, key=lambda name: float(np.nanmax(filled[name])), default=None)


def in_order(cells: Sequence[str]) -> Dates | None:
    """Return whole numbers that count time (months, years, seconds) as moments, where a person named the column."""
    read = read_cells(cells)
    values = np.array([read[cell].value if read[cell].kind == "number" else np.nan for cell in cells])
    known = np.unique(values[~np.isnan(values)])
    return Dates(values, None) if len(known) > 2 and np.array_equal(known, np.rint(known)) else None


def _read(texts: list[str]) -> tuple[dict[str, float], str | None]:
    """Return the days that can be read, and the format that read them: ISO 8601 (None), else what reads most."""
    best, chosen = _days(texts, read_dates(texts, DateRules())), None
    if len(best) == len(texts):
        return best, None
    for form in formats_that_read(texts[:: max(len(texts) // _LOOKED_AT, 1)]):
        found = _days(texts, read_dates(texts, DateRules(format=form)))
        if len(found) > len(best):
            best, chosen = found, form
    return best, chosen


def _days(texts: Sequence[str], read: Sequence[datetime | None]) -> dict[str, float]:
    return {text: one.timestamp() / _DAY for text, one in zip(texts, read, strict=True) if one is not None}


def _doubt(name: str, form: str | None, texts: list[str]) -> str | None:
    """Return a sentence where day and month could as well be the other way round."""
    for one, other in _TURNED:
        turned = (form or "").replace(one, other) if one in (form or "") else (form or "").replace(other, one)
        if form and turned != form and all(day is not None for day in read_dates(texts, DateRules(format=turned))):
            return f"The dates in {name!r} are read as {form}; they could be {turned} as well."
    return None
