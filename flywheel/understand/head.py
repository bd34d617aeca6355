"""The organisation's own head: a linear model over hashed words and letters, learned from its own labels, in NumPy.

It is fused with what another model says of the same texts where that is given, and its probabilities are put right on
labels that it had not seen. No word of a customer stands in it, only hashes and weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flywheel.domain.reading import Readings
from flywheel.understand import packing
from flywheel.understand.columns import Index
from flywheel.understand.grams import counted
from flywheel.understand.sentiment import LABELS
from flywheel.understand.softmax import minimise, softmax
from flywheel.understand.sparse import Known, Weights, features, left_out, machines
from flywheel.understand.vocabulary import Array

KIND = "head-1"
FEWEST = 2
"""Labels of a class below which it cannot be learned and left out for putting right."""
_MANY = 2_000
FEW_LABELS = 6
"""Labels up to which each one's score may speak for every other."""
_PENALTY = 1.0
_SMALLEST = 1e-4


@dataclass(frozen=True, slots=True)
class Head:
    """What was learned: hashes with their weights per label, and how scores become probabilities."""

    labels: tuple[str, ...]
    kinds: tuple[Known, ...]
    weights: Weights
    bias: Weights
    right: Array
    beside: int
    """How many columns of another model are fused with the scores, 0 for none."""

    def probabilities(self, texts: list[str], beside: Array | None = None) -> Array:
        """Return calibrated probabilities, shape (texts, labels); a row's do not depend on its neighbours."""
        if not texts:
            return np.zeros((0, len(self.labels)))
        found = features(counted(texts), self.kinds, len(texts))
        return _righted(found.scores(self.weights, self.bias), beside if self.beside else None, self.right)

    def name(self) -> str:
        """Return "head-1" with a fingerprint."""
        return packing.name(KIND, self.packed())

    def packed(self) -> bytes:
        """Return the head as bytes."""
        said = {"kind": KIND, "labels": self.labels, "beside": self.beside}
        return packing.packed(said, (self.weights.astype(np.float16), self.bias, self.right), self.kinds)


def unpacked(content: bytes) -> Head:
    """Return a packed head; raises ValueError when it is none of this kind."""
    said, (weights, bias, right), kinds = packing.unpacked(content, KIND)
    return Head(tuple(said["labels"]), kinds, weights.astype(np.float32), bias, right, said["beside"])


def trained(texts: list[str], labels: list[str], beside: Array | None = None, seed: int = 1) -> Head:
    """Learn from labelled texts, every label at least FEWEST times; `beside` is what another model says of them.

    Equal texts stay together when the probabilities are put right: a text that was learned proves nothing.
    """
    names, label = np.unique(np.array(labels), return_inverse=True)
    counts = counted(texts)
    truth = np.eye(len(names), dtype=np.bool_)[label]
    scores = left_out(counts, truth, apart(texts, labels, folds_of(len(texts)), seed), seed)
    rights = [_right(one, beside, label) for one in scores]
    best = int(np.argmin([loss for _, loss in rights]))
    kinds, _, made = machines(counts, truth, np.arange(len(texts)), seed)
    weights, bias = made[best]
    rounded = weights.astype(np.float16).astype(np.float32)  # as it is packed
    return Head(tuple(names.tolist()), kinds, rounded, bias, rights[best][0], 0 if beside is None else beside.shape[1])


def folds_of(n: int) -> int:
    """Return into how many folds so many texts are divided: few where each costs much."""
    return 3 if n > _MANY else 5


def apart(texts: list[str], labels: list[str], folds: int, seed: int) -> Index:
    """Return a fold, 0..folds-1, for each text: equal texts in the same one, each label shared out evenly."""
    chance = np.random.default_rng(seed)
    number = {text: k for k, text in enumerate(dict.fromkeys(text.strip().casefold() for text in texts))}
    which = np.array([number[text.strip().casefold()] for text in texts])
    first = dict(zip(which.tolist()[::-1], labels[::-1], strict=True))
    fold = np.zeros(len(number), np.int64)
    begin = 0
    for label in sorted(set(labels)):
        rows = np.array([one for one in range(len(number)) if first[one] == label], np.int64)
        fold[chance.permutation(rows)] = (np.arange(len(rows)) + begin) % folds
        begin += len(rows)
    return np.asarray(fold[which])


def chances(readings: Readings) -> Array:
    """Return P(negative), P(neutral), P(positive) of readings; a third each where there is none.

    They follow from what a reading says: its label's probability, and P(positive) - P(negative).
    """
    found = np.full((len(readings), 3), 1 / 3)
    place = {label: k for k, label in enumerate(LABELS)}
    label = np.array([-1 if one is None else place[one] for one in readings.label], np.int64)
    sure, apart_ = readings.confidence, readings.sentiment
    for k, (negative, positive) in enumerate(
        ((sure, sure + apart_), ((1 - sure - apart_) / 2, (1 - sure + apart_) / 2), (sure - apart_, sure))
    ):
        rows = label == k
        found[rows] = np.column_stack((negative, 1 - negative - positive, positive))[rows]
    return np.asarray(np.clip(found, _SMALLEST, 1.0))


def _right(scores: Array, beside: Array | None, label: Index) -> tuple[Array, float]:
    """Return how scores (and what is beside them) become probabilities, and the loss: regression on unseen rows.

    With few labels every score counts for every label; with many all share one factor (temperature: Guo et al. 2017).
    """
    labels = scores.shape[1]
    matrix = labels <= FEW_LABELS
    inputs = _inputs(scores, beside, matrix=matrix)
    truth = np.eye(labels)[label]
    free = inputs.shape[1] * labels if matrix else inputs.shape[1] // labels

    def shape(flat: Array) -> Array:
        return flat.reshape(inputs.shape[1], labels) if matrix else np.vstack([np.eye(labels) * one for one in flat])

    def loss(flat: Array) -> tuple[float, Array]:
        weights = shape(flat)
        share = softmax(inputs @ weights)
        value = -float(np.log(np.maximum((share * truth).sum(axis=1), 1e-12)).sum())
        slope = inputs.T @ (share - truth)
        flat_slope = slope.ravel() if matrix else np.array([np.trace(one) for one in np.split(slope, free)])
        return value + _PENALTY / 2 * float(flat @ flat), flat_slope + _PENALTY * flat

    best = minimise(loss, np.zeros(free), steps=300, tolerance=1e-9)
    return shape(best), loss(best)[0]


def _inputs(scores: Array, beside: Array | None, *, matrix: bool) -> Array:
    parts = [scores] if beside is None else [scores, np.log(np.maximum(beside, _SMALLEST))]
    return np.column_stack([*parts, np.ones(len(scores))] if matrix else parts)


def _righted(scores: Array, beside: Array | None, right: Array) -> Array:
    width = scores.shape[1] + (0 if beside is None else beside.shape[1])
    inputs = _inputs(scores, beside, matrix=len(right) > width)
    # not `inputs @ right`: BLAS rounds a row otherwise in another batch
    total = np.zeros((len(scores), right.shape[1]))
    for k in range(inputs.shape[1]):
        total += inputs[:, [k]] * right[k]
    return softmax(total)
