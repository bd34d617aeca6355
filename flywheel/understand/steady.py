"""Scores that hang on their text alone, although a matrix product rounds a row otherwise in another batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from flywheel.understand.vocabulary import Array

STEP = 1 / 64
"""Scores (log odds) are rounded to this: it moves no probability by more than .004."""

COARSE = 1 / 16
"""And those of many labels to this, .016 at most: one of seventy is nearly always near a border of the finer steps."""


def steady(raw: Array, reach: float, alone: Callable[[int], Array], step: float = STEP) -> Array:
    """Return scores in whole steps; where noise up to `reach` could round them either way, `alone` scores the row."""
    apart = np.abs(raw / step - np.floor(raw / step) - 0.5) * step
    settled = raw.copy()
    for row in np.flatnonzero((apart < reach).any(axis=1)).tolist():
        settled[row] = alone(row)
    return np.asarray(np.round(settled / step) * step)
