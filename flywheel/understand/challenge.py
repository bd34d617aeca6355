"""Is a new head better than what reads now? Asked of labels that neither has seen, and answered with a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flywheel.understand.answers import Answer, flags
from flywheel.understand.vocabulary import Array

MARGIN = 0.02
"""A smaller gain of macro-F1 is not worth a change of model (rereflect's gate; shared/notes/methods.md 4.19)."""
_DRAWS = 500
_SURE = 0.05
HELD_OUT = 2
"""Two parts of the labels are never learned from; each challenge is judged on one of them, in turn."""
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """Macro-F1 of the challenger and of what reads now; `low` is the 5 % quantile of the gain, by bootstrap."""

    n: int
    own: float
    other: float
    low: float

    @property
    def won(self) -> bool:
        """Return whether the gain is worth it, and surely above nothing."""
        return self.own - self.other >= MARGIN and self.low > 0


def compared(truth: Sequence[Answer], own: Sequence[Answer], other: Sequence[Answer], seed: int = 1) -> Compared:
    """Compare what two models say of the same texts; the rows are redrawn in pairs (Efron & Tibshirani 1993).

    A text has one value, several or none; what was not read counts as none. Macro-F1 is over the values that people
    gave any of the texts drawn: what neither model was asked about tells nothing of either.
    """
    names = sorted({value for values in truth for value in values or ()})
    n = len(truth)
    if not names:
        return Compared(n, 0.0, 0.0, 0.0)
    right, first, second = (flags(one, names) for one in (truth, own, other))
    cells = [np.concatenate((right & one, right, one), axis=1).astype(np.float64) for one in (first, second)]
    chance = np.random.default_rng(seed)
    gains = []
    for _ in range(_DRAWS):
        often = np.bincount(chance.integers(0, n, n), minlength=n).astype(np.float64)
        gains.append(_macro_f1(often @ cells[0]) - _macro_f1(often @ cells[1]))
    own_f1, other_f1 = (_macro_f1(one.sum(axis=0)) for one in cells)
    return Compared(n, own_f1, other_f1, float(np.quantile(gains, _SURE)))


def part_of(feedback_id: str) -> int:
    """Return which fifth a text belongs to, for ever: 0 and 1 are held out, the rest is learned from."""
    return int(feedback_id[:8], 16) % _PARTS


def _macro_f1(sums: Array) -> float:
    """Return the mean F1 of the values that occur, from the sums of what is hit, true and called."""
    hit, true, called = np.split(sums, 3)
    occurs = true > 0
    return float((2 * hit[occurs] / (true + called)[occurs]).mean()) if occurs.any() else 0.0
