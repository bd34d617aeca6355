"""Many comparisons at once: chance makes some of them look good."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values corrected so that one false alarm among all is as rare as it should be in one.

    Holm (1979, Scandinavian Journal of Statistics 6): the i-th smallest of k times k - i + 1, never falling.
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    corrected, so_far = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        so_far = max(so_far, min(1.0, (len(p_values) - rank) * p_values[at]))
        corrected[at] = so_far
    return corrected
