"""The organisation's own head: a linear model over hashed words and letters, learned from its own labels, in NumPy.

It is fused with what another model says of the same texts where that is given, and its probabilities are put right on
labels that it had not seen. No word of a customer stands in it, only hashes and weights.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass

import numpy as np

from flywheel.domain.reading import Readings
from flywheel.understand.columns import Index
from flywheel.understand.grams import Kinds, counted
from flywheel.understand.sentiment import LABELS
from flywheel.understand.softmax import minimise, softmax
from flywheel.understand.sparse import STOPS, Features, Known, Machine, Weights, features, known, learned
from flywheel.understand.vocabulary import Array

KIND = "head-1"
FEWEST = 2
"""Labels of a class below which it cannot be learned and left out for putting right."""
LEAST = (1, 2, 2)
"""Texts in which a word, a pair, a run must stand to be learned."""
_MANY = 2_000
_FEW_LABELS = 6
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
        """Return "head-1" with a fingerprint: another one for every other content."""
        return f"{KIND}.{hashlib.sha256(self.packed()).hexdigest()[:8]}"

    def packed(self) -> bytes:
        """Return the head as bytes; equal heads give equal bytes, and a packed head is the same when unpacked."""
        file = io.BytesIO()
        meta = json.dumps({"kind": KIND, "labels": self.labels, "beside": self.beside})
        arrays = (
            np.frombuffer(meta.encode(), np.uint8), self.weights.astype(np.float16), self.bias, self.right,
            *(part for one in self.kinds for part in (one.hash.astype(np.uint32), one.says)),
        )  # fmt: skip
        for array in arrays:
            np.save(file, array, allow_pickle=False)
        return file.getvalue()


def unpacked(content: bytes) -> Head:
    """Return a packed head; raises ValueError when it is none of this kind."""
    file = io.BytesIO(content)
    said = json.loads(np.load(file, allow_pickle=False).tobytes())
    if said["kind"] != KIND:
        raise ValueError(f"a head of kind {said['kind']!r}, this version reads {KIND!r}: train it again")
    weights, bias, right, *kinds = (np.load(file, allow_pickle=False) for _ in range(3 + 2 * len(LEAST)))
    known_ = tuple(Known(one.astype(np.int64), says) for one, says in zip(kinds[::2], kinds[1::2], strict=True))
    return Head(tuple(said["labels"]), known_, weights.astype(np.float32), bias, right, said["beside"])


def trained(texts: list[str], labels: list[str], beside: Array | None = None, seed: int = 1) -> Head:
    """Learn from labelled texts, every label at least FEWEST times; `beside` is what another model says of them.

    Equal texts stay together when the probabilities are put right: a text that was learned proves nothing.
    """
    names, label = np.unique(np.array(labels), return_inverse=True)
    counts, k = counted(texts), len(names)
    folds = apart(texts, labels, 3 if len(texts) > _MANY else 5, seed)
    scores = [np.zeros((len(texts), k)) for _ in STOPS]
    for fold in range(int(folds.max()) + 1):
        rest = np.flatnonzero(folds == fold)
        _, found, machines = _machines(counts, label, np.flatnonzero(folds != fold), k, seed)
        for place, machine in enumerate(machines):
            scores[place][rest] = found.scores(*machine)[rest]
    rights = [_right(one, beside, label) for one in scores]
    best = int(np.argmin([loss for _, loss in rights]))
    kinds, _, machines = _machines(counts, label, np.arange(len(texts)), k, seed)
    weights, bias = machines[best]
    rounded = weights.astype(np.float16).astype(np.float32)  # as it is packed
    return Head(tuple(names.tolist()), kinds, rounded, bias, rights[best][0], 0 if beside is None else beside.shape[1])


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


def _machines(
    counts: Kinds, label: Index, rows: Index, labels: int, seed: int
) -> tuple[tuple[Known, ...], Features, list[Machine]]:
    """Learn from some rows; return what is known of them, the features of all rows as they see them, the machines."""
    kinds = tuple(known(one, rows, least) for one, least in zip(counts, LEAST, strict=True))
    found = features(counts, kinds, len(label))
    return kinds, found, learned(found, label, rows, labels, sum(len(one.hash) for one in kinds), seed)


def _right(scores: Array, beside: Array | None, label: Index) -> tuple[Array, float]:
    """Return how scores (and what is beside them) become probabilities, and the loss: regression on unseen rows.

    With few labels every score counts for every label; with many all share one factor (temperature: Guo et al. 2017).
    """
    labels = scores.shape[1]
    matrix = labels <= _FEW_LABELS
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
