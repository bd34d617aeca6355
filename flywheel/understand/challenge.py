"""Is a new head better than what reads now? Asked of labels that neither has seen, and answered with a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flywheel.domain.scoring import macro_f1

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


def compared(truth: Sequence[str], own: Sequence[str], other: Sequence[str], seed: int = 1) -> Compared:
    """Compare two models' labels on the same texts; the rows are redrawn in pairs (Efron & Tibshirani 1993)."""
    right, first, second = (np.array(one) for one in (truth, own, other))
    chance = np.random.default_rng(seed)
    gains = []
    for _ in range(_DRAWS):
        rows = chance.integers(0, len(right), len(right))
        gains.append(macro_f1(right[rows], first[rows]) - macro_f1(right[rows], second[rows]))
    low = float(np.quantile(gains, _SURE))
    return Compared(len(right), macro_f1(right, first), macro_f1(right, second), low)


def part_of(feedback_id: str) -> int:
    """Return which fifth a text belongs to, for ever: 0 and 1 are held out, the rest is learned from."""
    return int(feedback_id[:8], 16) % _PARTS
