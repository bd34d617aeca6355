"""A head learned from a few labels: on the encoder's meanings and, beside them, on words and letters.

The encoder knows that "it never arrived" and "where is my card" are near each other before it has seen either labelled;
words and letters know what is the organisation's own. What the encoder's part says of texts it has not learned from is
fused with the words' scores as any other opinion is (stacking: Wolpert 1992).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np

from flywheel.understand import head as words
from flywheel.understand.columns import Index
from flywheel.understand.encoder import NOISE, encoded, encoded_alone
from flywheel.understand.encoder_network import Vectors
from flywheel.understand.head import FEW_LABELS, Head, apart
from flywheel.understand.softmax import minimise, softmax
from flywheel.understand.steady import COARSE, STEP, steady
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array

_FOLDS = 5
_NAME = re.compile(r"[^\W\d_]{2,}")
_STEPS = 100
_PENALTIES = (0.1, 0.03, 0.01)
"""Ridge penalties per squared weight, over the number of texts; which one serves is seen on a fold left out."""


@dataclass(frozen=True, slots=True)
class EncodedHead:
    """What was learned: weights on the encoder, shape (dimensions + 1, labels), and the head on words beside them."""

    weights: Array
    own: Head

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels, in the order of the probabilities."""
        return self.own.labels

    def probabilities(self, texts: list[str], beside: Array | None = None) -> Array:
        """Return calibrated probabilities, shape (texts, labels); `beside` as it was given for learning."""
        said = softmax(scored([own_words(text) for text in texts], self.weights))
        return self.own.probabilities(texts, _together(said, beside))

    def name(self) -> str:
        """Return "encoded-1" with a fingerprint of what was learned."""
        return f"encoded-1.{hashlib.sha256(self.weights.tobytes() + self.own.packed()).hexdigest()[:8]}"


def scored(own: list[str], weights: Array) -> Array:
    """Return the scores of texts by weights on the encoder, the same whatever the texts are encoded among."""
    reach = NOISE * float(np.linalg.norm(weights[:-1], axis=0).max())  # Cauchy-Schwarz

    def raw(vectors: Vectors) -> Array:
        return np.asarray(vectors @ weights[:-1] + weights[-1])

    step = STEP if weights.shape[1] <= FEW_LABELS else COARSE
    return steady(raw(encoded(own)), reach, lambda row: raw(encoded_alone(own[row])[None])[0], step)


def trained(texts: list[str], labels: list[str], beside: Array | None = None, seed: int = 1) -> EncodedHead:
    """Learn from labelled texts, every label at least twice; `beside` is what another model says of them.

    With more than six labels, `beside` must have a column for each of them, in alphabetical order. Where there is
    nothing beside, a label's own name, if it is words ("card_arrival"), is learned as one more text on it.
    """
    if beside is None:
        named = {label: " ".join(_NAME.findall(label)).lower() for label in sorted(set(labels))}
        spoken = {label: name for label, name in named.items() if name}
        texts, labels = [*texts, *spoken.values()], [*labels, *spoken]
    names, label = np.unique(np.array(labels), return_inverse=True)
    found = encoded([own_words(text) for text in texts])
    vectors: Vectors = np.column_stack((found, np.ones(len(texts), np.float32)))
    fold = apart(texts, labels, _FOLDS, seed)
    penalty = _best_penalty(vectors, label, fold, len(names))
    said = np.zeros((len(label), len(names)))
    for k in range(int(fold.max()) + 1):
        rest = fold == k
        said[rest] = softmax(vectors[rest] @ fitted(vectors[~rest], label[~rest], len(names), penalty=penalty))
    own = words.trained(texts, labels, _together(said, beside), seed)
    return EncodedHead(fitted(vectors, label, len(names), penalty=penalty), own)


def fitted(vectors: Vectors, label: Index, labels: int, *, penalty: float, weight: Array | None = None) -> Array:
    """Return the weights of least weighted log loss, shape (columns, labels); the last column's are not penalised."""
    shape = (vectors.shape[1], labels)
    truth = np.eye(labels, dtype=np.float32)[label]
    heavy = np.ones(len(label)) if weight is None else weight
    heavy = (heavy / heavy.sum()).astype(np.float32)[:, None]
    ridge = np.full((shape[0], 1), penalty)
    ridge[-1] = 0

    def loss(flat: Array) -> tuple[float, Array]:
        table = flat.reshape(shape)
        share = softmax(np.asarray(vectors @ table.astype(np.float32), dtype=np.float64))
        value = -float((heavy[:, 0] * np.log((share * truth).sum(axis=1) + 1e-12)).sum())
        slope = vectors.T @ (heavy * (share - truth)).astype(np.float32)
        return value + float((ridge * table * table).sum()) / 2, np.asarray(slope + ridge * table).ravel()

    return minimise(loss, np.zeros(shape[0] * shape[1]), steps=_STEPS, tolerance=1e-6).reshape(shape)


def _best_penalty(vectors: Vectors, label: Index, fold: Index, labels: int) -> float:
    """Return the penalty with which the first fold, left out, has the least log loss."""
    rest, losses = fold == 0, []
    for one in _PENALTIES:
        weights = fitted(vectors[~rest], label[~rest], labels, penalty=one / len(label))
        share = softmax(vectors[rest] @ weights)
        losses.append(-float(np.log(share[np.arange(len(share)), label[rest]] + 1e-12).mean()))
    return _PENALTIES[int(np.argmin(losses))] / len(label)


def _together(said: Array, beside: Array | None) -> Array:
    return said if beside is None else np.column_stack((said, beside))
