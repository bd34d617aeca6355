"""From columns of any kind to the numbers that a linear model adds up: bends for numbers, a switch for each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flywheel.predict.logistic import Floats, Rows

_BENDS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles at which the slope of a number may change (Harrell 2015, table 2.3: five knots)."""
_FEW = 12
"""A number with at most so many different values is also told value by value: two products are not twice one."""
_SEEN = 0.005
_SEEN_LEAST = 8
"""A word is told apart from "other" where this share, and so many, of the rows have it."""


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers, nan where the cell is blank."""

    name: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Category:
    """A column of words: `codes` point into `levels`, -1 where the cell is blank."""

    name: str
    codes: Rows
    levels: tuple[str, ...]


Column = Number | Category


@dataclass(frozen=True, slots=True)
class Scale:
    """How one number becomes several: its middle for blanks, its bends, its few values."""

    middle: float
    bends: tuple[float, ...]
    values: tuple[float, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class Design:
    """What was learned of the columns: `place[k]` is the column from which feature k comes, `what[k]` its words."""

    how: tuple[Scale | tuple[int, ...], ...]
    place: Rows
    what: tuple[str, ...]
    mean: Floats
    sd: Floats

    def rows(self, columns: Sequence[Column]) -> Floats:
        """Return the features of rows, each scaled to mean 0 and standard deviation 1 where it was learned."""
        return np.asarray((_raw(columns, self.how) - self.mean) / self.sd)


def learned(columns: Sequence[Column], rows: Rows) -> Design:
    """Return the design of some rows; nothing of the others, or of what is to be foreseen, is looked at."""
    how = tuple(_scale(one, rows) if isinstance(one, Number) else _levels(one, rows) for one in columns)
    names = [_words(one, known) for one, known in zip(columns, how, strict=True)]
    raw = _raw([at(one, rows) for one in columns], how)
    sd = raw.std(axis=0)
    return Design(
        how,
        np.repeat(np.arange(len(columns)), [len(one) for one in names]),
        tuple(word for words in names for word in words),
        raw.mean(axis=0),
        np.where(sd > 1e-9, sd, 1.0),
    )


def at(column: Column, rows: Rows) -> Column:
    """Return some rows of a column."""
    if isinstance(column, Number):
        return Number(column.name, column.values[rows])
    return Category(column.name, column.codes[rows], column.levels)


def _scale(column: Number, rows: Rows) -> Scale:
    seen = column.values[rows]
    known = seen[~np.isnan(seen)]
    if not len(known):
        return Scale(0.0, (), (), blank=False)
    values, counts = np.unique(known, return_counts=True)
    few = values[counts >= _least(len(rows))] if len(values) <= _FEW else values[:0]
    bends = np.unique(np.quantile(known, _BENDS)) if len(values) > _FEW else values[:0]
    inside = bends[(bends > values[0]) & (bends < values[-1])]
    blank = bool(len(known) <= len(seen) - _least(len(rows)))
    return Scale(float(np.median(known)), tuple(inside.tolist()), tuple(few.tolist()), blank)


def _levels(column: Category, rows: Rows) -> tuple[int, ...]:
    codes = column.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(column.levels))
    return tuple(np.flatnonzero(counts >= _least(len(rows))).tolist())


def _least(n: int) -> int:
    return max(_SEEN_LEAST, int(_SEEN * n))


def _words(column: Column, how: Scale | tuple[int, ...]) -> list[str]:
    if isinstance(column, Category) and not isinstance(how, Scale):
        return [f"{column.name} is {column.levels[code]}" for code in how]
    assert isinstance(how, Scale)
    bends = [f"{column.name} above {bend:g}" for bend in how.bends]
    values = [f"{column.name} is {value:g}" for value in how.values]
    return [column.name, *bends, *values, *([f"{column.name} is blank"] if how.blank else [])]


def _raw(columns: Sequence[Column], how: Sequence[Scale | tuple[int, ...]]) -> Floats:
    parts = [_features(column, known) for column, known in zip(columns, how, strict=True)]
    return np.column_stack(parts) if parts else np.zeros((0, 0))


def _features(column: Column, how: Scale | tuple[int, ...]) -> Floats:
    if isinstance(column, Category):
        assert not isinstance(how, Scale)
        return np.asarray(column.codes[:, None] == np.array(how, np.int64)[None, :], np.float64)
    assert isinstance(how, Scale)
    blank = np.isnan(column.values)
    values = np.where(blank, how.middle, column.values)
    bent = np.maximum(values[:, None] - np.array(how.bends)[None, :], 0.0)
    same = np.asarray(values[:, None] == np.array(how.values)[None, :], np.float64)
    extra = blank[:, None].astype(np.float64) if how.blank else np.zeros((len(values), 0))
    return np.column_stack((values, bent, same, extra))
