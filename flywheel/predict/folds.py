"""Which rows a model learns from and which it is then asked: folds of equal shares, or blocks in order of time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from flywheel.predict.logistic import Rows

_BLOCKS = 5


def stratified(labels: NDArray[np.generic], folds: int, seed: int, same: Rows | None = None) -> Rows:
    """Return a fold, 0..folds-1, for each row; each label is shared out evenly, by chance.

    Rows with the same number in `same` are in one fold; the first of them stands for all.
    """
    if same is not None:
        _, first, group = np.unique(same, return_index=True, return_inverse=True)
        return stratified(labels[first], folds, seed)[group]
    chance = np.random.default_rng(seed)
    fold = np.zeros(len(labels), np.int64)
    begin = 0
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        fold[chance.permutation(rows)] = (np.arange(len(rows)) + begin) % folds
        begin += len(rows)
    return fold


def splits(
    labels: NDArray[np.generic], moments: NDArray[np.float64] | None, seed: int, same: Rows | None = None
) -> Iterator[tuple[Rows, Rows]]:
    """Yield (rows to learn from, rows to ask): five stratified folds; or, where moments are known, only the past.

    In time, the rows are cut into five blocks: each of the last three is asked once, and what came before it is
    learned from. Rows of one moment stay together: none of them is "before" another.
    """
    if moments is None:
        fold = stratified(labels, _BLOCKS, seed, same)
        for k in range(_BLOCKS):
            yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        return
    cuts = np.quantile(moments, [2 / _BLOCKS, 3 / _BLOCKS, 4 / _BLOCKS])
    for k, cut in enumerate(cuts.tolist()):
        until = cuts[k + 1] if k + 1 < len(cuts) else np.inf
        yield np.flatnonzero(moments < cut), np.flatnonzero((moments >= cut) & (moments < until))
