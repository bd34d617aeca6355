"""Scores that hang on their text alone, although a matrix product rounds a row otherwise in another batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from flywheel.understand.vocabulary import Array

STEP = 1 / 64
"""Scores (log odds) are rounded to this: it moves no probability by more than .004."""


def steady(raw: Array, reach: float, alone: Callable[[int], Array]) -> Array:
    """Return scores in whole STEPs; where noise up to `reach` could round them either way, `alone` scores the row."""
    apart = np.abs(raw / STEP - np.floor(raw / STEP) - 0.5) * STEP
    settled = raw.copy()
    for row in np.flatnonzero((apart < reach).any(axis=1)).tolist():
        settled[row] = alone(row)
    return np.asarray(np.round(settled / STEP) * STEP)
