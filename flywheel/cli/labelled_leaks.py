"""Columns that know the answer: those that are the answer in other words, and those that a reader should doubt."""

from __future__ import annotations

import numpy as np

from flywheel.predict.design import Column, Number
from flywheel.predict.judged import auc
from flywheel.predict.logistic import Floats, Rows

_ALONE = 0.95
"""A column that alone reaches such an AUC is told."""
_FEW = 20
_ROWS_A_VALUE = 10


def answer_itself(column: Column, truth: Floats) -> str | None:
    """Return why a column is no feature: it is filled for one answer only, or each of its few values has one answer.

    `truth` is 0 or 1 for the same rows.
    """
    filled = ~_blank(column)
    if filled.any() and not filled.all() and (np.array_equal(filled, truth == 1) or np.array_equal(filled, truth == 0)):
        return f"it is filled only where the answer is {'yes' if truth[filled][0] else 'no'}: known afterwards"
    codes = _codes(column)
    values = np.bincount(codes)
    if (values > 0).sum() > _FEW or len(codes) < _ROWS_A_VALUE * (values > 0).sum():
        return None
    yes = np.bincount(codes, truth)
    return (
        "each of its values has one answer: it is the answer in other words"
        if np.all(yes * (values - yes) == 0)
        else None
    )


def doubt(column: Column, truth: Floats) -> str | None:
    """Return a sentence where a column alone, or that it is blank, tells nearly every answer."""
    blank = _blank(column)
    empty = auc(truth, blank.astype(np.float64)) if blank.any() and not blank.all() else 0.5
    alone = _alone(column, truth, blank)
    highest = max(alone, 1 - empty, empty)
    if highest <= _ALONE:
        return None
    return (
        f"Column {column.name!r} alone tells the answer (AUC {highest:.2f}): is it known before it happens? If not: "
        f"--without {column.name!r}."
    )


def _alone(column: Column, truth: Floats, blank: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    if isinstance(column, Number):
        known = auc(truth[~blank], column.values[~blank])
        return max(known, 1 - known) if not np.isnan(known) else 0.5
    codes, share = _codes(column), truth.mean()
    yes, n = np.bincount(codes, truth), np.bincount(codes)
    others = (yes[codes] - truth + share) / n[codes]  # the share among the other rows of this word, and one more row
    return auc(truth, others)


def _blank(column: Column) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isnan(column.values) if isinstance(column, Number) else np.asarray(column.codes < 0)


def _codes(column: Column) -> Rows:
    """Return whole numbers from 0 on, one for each value that occurs; a blank is one of them."""
    values = column.values if isinstance(column, Number) else column.codes
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
