"""How sure a sure reading may be: confidence above a knee rises only as fast as texts left out bear it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.vocabulary import Array

KNEE = 0.85
"""Probability of the likeliest label above which it is put right: below it, texts left out are as often right."""

FEWEST = 100
"""Texts above the knee that must bear a label out; with fewer it is said hardly more surely than KNEE."""

_SLOPES = np.arange(1, 21) / 20
"""The slopes there are: none is 0, so that the surer of two texts stays the surer."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """Per label how fast its probability rises above KNEE, 0..1; with 1 it stays as it is."""

    slope: tuple[float, ...]

    def applied(self, share: Array) -> Array:
        """Return probabilities with sure ones put right; what is taken from a label goes to the others by their size.

        No label changes, and of two texts the surer one stays the surer.
        """
        rows = np.flatnonzero(share.max(axis=1, initial=0.0) > KNEE)
        if not len(rows):
            return share
        sure, best = share[rows], share[rows].argmax(axis=1)
        top = sure[np.arange(len(rows)), best]
        less = KNEE + (top - KNEE) * np.array(self.slope)[best]
        sure *= ((1 - less) / np.maximum(1 - top, 1e-12))[:, None]
        sure[np.arange(len(rows)), best] = less
        righted = share.copy()
        righted[rows] = sure
        return righted


def fitted_sureness(share: Array, label: Index, weight: Array) -> Sureness:
    """Return the slopes of least log loss of "the likeliest label is right" on texts that were left out.

    A label that fewer than FEWEST of them could bear out gets the smallest slope.
    """
    top, best = share.max(axis=1), share.argmax(axis=1)
    slopes = []
    for k in range(share.shape[1]):
        rows = (best == k) & (top > KNEE)
        loss = [_loss(KNEE + slope * (top[rows] - KNEE), label[rows] == k, weight[rows]) for slope in _SLOPES]
        slopes.append(float(_SLOPES[int(np.argmin(loss))]) if rows.sum() >= FEWEST else float(_SLOPES[0]))
    return Sureness(tuple(slopes))


def _loss(chance: Array, right: Array, weight: Array) -> float:
    said = np.clip(np.where(right, chance, 1 - chance), 1e-12, 1.0)
    return -float(weight @ np.log(said))
