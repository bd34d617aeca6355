"""Risks of rows by models that never saw them: what an evaluation may be made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flywheel.errors import ConfigError
from flywheel.predict.design import Column, at
from flywheel.predict.folds import splits
from flywheel.predict.logistic import Floats, Rows
from flywheel.predict.model import trained

_FEWEST = 5


def foreseen_apart(
    columns: Sequence[Column], truth: Floats, moments: Floats | None, seed: int, same: Rows | None = None
) -> tuple[Rows, Floats]:
    """Return the rows that were asked, and their risks; raises ConfigError where time leaves nothing to learn from.

    Rows with the same number in `same` are one person's, and never on both sides of a fold.
    """
    asked: list[Rows] = []
    risks: list[Floats] = []
    for past, rows in splits(truth, moments, seed, same):
        if len(rows) and len(past) and min(truth[past].sum(), len(past) - truth[past].sum()) >= _FEWEST:
            model = trained(columns, truth, past, seed, same)
            asked.append(rows)
            risks.append(model.risks([at(one, rows) for one in columns]))
    found = np.concatenate(asked) if asked else np.zeros(0, np.int64)
    if len(np.unique(truth[found])) < 2:
        raise ConfigError("Split in time, there are too few of one answer to learn from or to ask: name other dates.")
    return found, np.concatenate(risks)
