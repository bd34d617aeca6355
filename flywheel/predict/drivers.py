"""What drives a risk, in words: which column moves it most over all rows, and which way for one row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flywheel.domain.record import Record
from flywheel.predict.design import Category, Column
from flywheel.predict.logistic import Floats, Rows
from flywheel.predict.model import Model

_WORTH_A_WORD = 0.15
"""A part of the log-odds below this (about 4 points at a risk of one half) is not told of a person."""
_MANY = 20
_FIFTHS = 5
"""Numbers are told by fifths of the rows, or value by value where there are no more."""


class Driver(Record):
    """One column: how far it moves the log-odds (standard deviation over the rows), and what that means in words.

    `highest` and `lowest` are shares of rows that came true, as counted; `odds` is what is left of the difference when
    all else is equal, and may turn the other way where columns go together.
    """

    column: str
    weight: float
    highest: float
    lowest: float
    odds: float
    says: str


def drivers(model: Model, columns: Sequence[Column], truth: Floats, most: int = 10) -> list[Driver]:
    """Return what moves the risk most, strongest first. It is association: changing it need not change the risk."""
    shares = model.shares(columns)
    moved = shares.std(axis=0)
    order = np.argsort(-moved, kind="stable")[:most]
    return [_driver(columns[k], shares[:, k], truth) for k in order.tolist() if moved[k] > 0]


def told(model: Model, columns: Sequence[Column], most: int = 3) -> list[tuple[str, ...]]:
    """Return, per row, what raises its risk most beside the mean row, strongest first, in words."""
    shares = model.shares(columns)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :most]
    return [
        tuple(cell_words(columns[k], row) for k in places if shares[row, k] >= _WORTH_A_WORD)
        for row, places in enumerate(order.tolist())
    ]


def cell_words(column: Column, row: int) -> str:
    """Return what stands in a cell, as "tenure 3" or "Contract: Month-to-month"."""
    if isinstance(column, Category):
        code = int(column.codes[row])
        return f"{column.name}: {column.levels[code] if code >= 0 else 'blank'}"
    value = float(column.values[row])
    return f"{column.name} blank" if np.isnan(value) else f"{column.name} {value:g}"


def _driver(column: Column, share: Floats, truth: Floats) -> Driver:
    """Compare the group in which most came true with the one in which fewest did."""
    group, names = _groups(column)
    counts = np.bincount(group[group >= 0], minlength=len(names))
    often = np.flatnonzero(counts >= min(_MANY, counts.max()))
    rate = _means(group, truth, len(names))
    high, low = often[int(np.argmax(rate[often]))], often[int(np.argmin(rate[often]))]
    part = _means(group, share, len(names))
    odds = float(np.exp(part[high] - part[low]))
    apart = (
        f"all else equal, odds {odds:.1f} to 1" if odds >= 1 else f"all else equal the other way, 1 to {1 / odds:.1f}"
    )
    says = f"{rate[high]:.0%} where {column.name} is {names[high]}, {rate[low]:.0%} where it is {names[low]}; {apart}"
    return Driver(
        column=column.name, weight=float(share.std()), highest=float(rate[high]), lowest=float(rate[low]), odds=odds,
        says=says,
    )  # fmt: skip


def _groups(column: Column) -> tuple[Rows, list[str]]:
    """Return each row's group, -1 for none, and the groups' names: words, or fifths of numbers."""
    if isinstance(column, Category):
        return column.codes, list(column.levels)
    known = ~np.isnan(column.values)
    values = np.unique(column.values[known])
    cuts = (
        values if len(values) <= _FIFTHS else np.unique(np.quantile(column.values[known], np.arange(_FIFTHS) / _FIFTHS))
    )
    group = np.searchsorted(cuts, column.values, side="right") - 1
    ends = [f"{one:g}" for one in cuts.tolist()]
    if len(values) <= _FIFTHS:
        names = ends
    else:
        names = [f"{one} to {other}" for one, other in zip(ends, [*ends[1:], f"{values[-1]:g}"], strict=True)]
    return np.where(known, group, -1), names


def _means(group: Rows, values: Floats, n: int) -> Floats:
    inside = group >= 0
    counts = np.bincount(group[inside], minlength=n)
    return np.asarray(np.bincount(group[inside], values[inside], n) / np.maximum(counts, 1))
