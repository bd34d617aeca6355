"""The organisation's own head for what a text has several of, or none: one linear model a value, against the rest.

Each value's score stands beside what another model says of the text (stacking: Wolpert 1992), becomes a probability on
texts that it had not learned from, and is called from the probability on that serves F1 best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from flywheel.domain.labelling import Flags
from flywheel.understand import packing
from flywheel.understand.grams import Kinds, counted
from flywheel.understand.head import apart, folds_of
from flywheel.understand.softmax import dot, minimise, times
from flywheel.understand.sparse import Known, Weights, features, left_out, machines
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array

KIND = "several-1"
FEWEST = 10
"""Texts that have a value, and texts that do not, below which it is not learned."""
_PENALTY = 1.0
_PENALTY_OF_OTHERS = 5.0
"""What the other model says of other values tells less of this one: "late" of "cancelled"."""


class Seen(NamedTuple):
    """Texts as heads see them: their authors' own words, and these counted."""

    own: list[str]
    counts: Kinds


@dataclass(frozen=True, slots=True)
class SeveralHead:
    """What was learned: hashes with their weights per value, how scores become probabilities, and where these suffice.

    `right`, shape (values + 2, values): of each value's own score, of what the other model says of each value, and 1.
    """

    labels: tuple[str, ...]
    kinds: tuple[Known, ...]
    weights: Weights
    bias: Weights
    right: Array
    limit: Array

    def probabilities(self, texts: Seen, beside: Flags) -> Array:
        """Return the probability of each value, shape (texts, values); a row's do not depend on its neighbours.

        `beside`, of the same shape, is what the other model says of the texts.
        """
        n = len(texts.own)
        if not n:
            return np.zeros((0, len(self.labels)))
        return _share(features(texts.counts, self.kinds, n).scores(self.weights, self.bias), beside, self.right)

    def said(self, texts: Seen, beside: Flags) -> Flags:
        """Return which values each text has."""
        return np.asarray(self.probabilities(texts, beside) >= self.limit)

    def name(self) -> str:
        """Return "several-1" with a fingerprint."""
        return packing.name(KIND, self.packed())

    def packed(self) -> bytes:
        """Return the head as bytes."""
        arrays = (self.weights.astype(np.float16), self.bias, self.right, self.limit)
        return packing.packed({"kind": KIND, "labels": self.labels}, arrays, self.kinds)


def unpacked(content: bytes) -> SeveralHead:
    """Return a packed head; raises ValueError when it is none of this kind."""
    said, (weights, bias, right, limit), kinds = packing.unpacked(content, KIND)
    return SeveralHead(tuple(said["labels"]), kinds, weights.astype(np.float32), bias, right, limit)


def seen(texts: list[str]) -> Seen:
    """Return texts as heads see them; nothing hangs on the neighbours."""
    own = list(map(own_words, texts))
    return Seen(own, counted(own))


def learnable(truth: Flags) -> Flags:
    """Return for each value whether so many texts have it, and have it not, that it can be learned."""
    often = truth.sum(axis=0)
    return np.asarray((often >= FEWEST) & (often <= len(truth) - FEWEST))


def trained(texts: list[str], labels: Sequence[str], truth: Flags, beside: Flags, seed: int = 1) -> SeveralHead:
    """Learn which of `labels` a text has; `truth` and `beside`, what another model says, have a column for each.

    Each label must be `learnable`. Equal texts stay together when scores become
    probabilities: a text that was learned proves nothing.
    """
    here = seen(texts)
    together = ["|".join(map(str, np.flatnonzero(row))) for row in truth]
    scores = left_out(here.counts, truth, apart(here.own, together, folds_of(len(texts)), seed), seed)
    rights = [_right(one, beside, truth) for one in scores]
    best = int(np.argmin([loss for _, loss in rights]))
    right = rights[best][0]
    kinds, _, made = machines(here.counts, truth, np.arange(len(texts)), seed)
    weights, bias = made[best]
    rounded = weights.astype(np.float16).astype(np.float32)  # as it is packed
    limit = _limits(_share(scores[best], beside, right))
    return SeveralHead(tuple(labels), kinds, rounded, bias, right, limit)


def _right(scores: Array, beside: Flags, truth: Flags) -> tuple[Array, float]:
    """Return how scores and what is beside them become probabilities, and the loss: one logistic regression a value."""
    columns = [_inputs(scores, beside, k) for k in range(truth.shape[1])]
    found, lost = zip(*(_logistic(one, truth[:, k], k) for k, one in enumerate(columns)), strict=True)
    return np.column_stack(found), float(sum(lost))


def _logistic(inputs: Array, truth: Flags, value: int) -> tuple[Array, float]:
    ridge = np.full(inputs.shape[1], _PENALTY_OF_OTHERS)
    ridge[[0, value + 1]] = _PENALTY
    ridge[-1] = 0.0

    def loss(weights: Array) -> tuple[float, Array]:
        share = _logit_share(times(inputs, weights[:, None])[:, 0])
        hit = np.where(truth, share, 1.0 - share)
        slope = times((share - truth)[None, :], inputs)[0] + ridge * weights
        return -float(np.log(np.maximum(hit, 1e-12)).sum()) + dot(ridge, weights * weights) / 2, slope

    best = minimise(loss, np.zeros(inputs.shape[1]), steps=300, tolerance=1e-9)
    return best, loss(best)[0]


def _inputs(scores: Array, beside: Flags, value: int) -> Array:
    return np.column_stack([scores[:, value], beside, np.ones(len(scores))])


def _share(scores: Array, beside: Flags, right: Array) -> Array:
    # not `inputs @ right`: BLAS rounds a row otherwise in another batch
    total = scores * right[0] + right[-1]
    for k in range(beside.shape[1]):
        total += beside[:, [k]] * right[k + 1]
    return _logit_share(total)


def _logit_share(logit: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30, 30))))


def _limits(share: Array) -> Array:
    """Return per value the probability from which on to call it: half of the greatest F1 (Lipton et al. 2014).

    It is the F1 to be expected by the probabilities, not one counted by the labels: the limit of a value with ten of
    them would be set by chance.
    """
    falling = -np.sort(-share, axis=0)
    called = np.arange(1, len(share) + 1)[:, None]
    f1 = 2 * np.cumsum(falling, axis=0) / (called + share.sum(axis=0))
    return np.asarray(f1.max(axis=0) / 2)
