"""The sentiment of long texts, sentence by sentence: each sentence has one vote, however loud it is.

A review tells what happened at length before it judges; the features of a short text saturate on it. Of each
sentence is taken the balance of its charges, squashed; of the text their mean. Positive, neutral and negative texts
are taken to scatter normally around three means, neutral at zero: words that balance each other say nothing. The
distance of the means and the scatter, which is less where there are more sentences, are fitted (linear discriminant
analysis with equal scatter, Fisher 1936).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flywheel.understand.charge import SAID, Tokens, said
from flywheel.understand.columns import Index
from flywheel.understand.features import LONG
from flywheel.understand.vocabulary import KIND_CODES, Array, Mask

_HALF = 8.0
"""The squared balance at which a sentence has said seven tenths of what it can."""

_RUN_ON = 30
"""Tokens after which a sentence ends that nothing ends."""

_ENOUGH = 10.0
"""Sentences beyond which no more make a text more certain: one author says the same thing twice."""

_STOPS = [KIND_CODES[kind] for kind in ("stop", "exclaim", "question")]


@dataclass(frozen=True, slots=True)
class LongWeights:
    """What was fitted: half the distance between positive and negative texts, and their scatter.

    The variance of a text's mean is `shared` + `each` / sentences.
    """

    half_gap: float
    shared: float
    each: float


def long_rows(tokens: Tokens) -> Index:
    """Return which texts have more than LONG words."""
    return np.flatnonzero(said(tokens) > LONG)


def balances(tokens: Tokens, rows: Index) -> tuple[Array, Array]:
    """Return the mean balance of the sentences of each of these texts, -1..1, and how many sentences it has."""
    place = np.full(len(tokens.size), -1)
    place[rows] = np.arange(len(rows))
    here = np.flatnonzero(place[tokens.row] >= 0)
    row, kind = place[tokens.row[here]], tokens.kind[here]
    sentence = _sentences(row, np.isin(kind, _STOPS))
    charge = np.bincount(sentence, tokens.charge[here])
    worded = np.bincount(sentence, np.isin(kind, SAID) | (tokens.charge[here] != 0)) > 0
    owner = row[np.flatnonzero(np.diff(sentence, prepend=-1))][worded]
    votes = (charge / np.sqrt(charge * charge + _HALF))[worded]
    count = np.bincount(owner, minlength=len(rows)).astype(np.float64)
    return np.bincount(owner, votes, len(rows)) / np.maximum(count, 1.0), count


def long_scores(balance: Array, sentences: Array, weights: LongWeights, prior: Array) -> Array:
    """Return the log probabilities, but for a constant, of negative, neutral and positive, shape (texts, 3)."""
    variance = weights.shared + weights.each / np.clip(sentences, 1.0, _ENOUGH)
    means = np.array([-weights.half_gap, 0.0, weights.half_gap])
    return np.asarray((balance[:, None] - means / 2) * means / variance[:, None] + np.log(prior))


def fitted_long(balance: Array, sentences: Array, positive: Index) -> LongWeights:
    """Fit the weights from texts of either polarity; `positive` is 1 or 0."""
    means = np.array([balance[positive == sign].mean() for sign in (0, 1)])
    squares = (balance - means[positive]) ** 2
    design = np.stack([np.ones(len(sentences)), 1.0 / np.maximum(sentences, 1.0)], axis=1)
    shared, each = np.maximum(np.linalg.lstsq(design, squares, rcond=None)[0], 0.0)
    return LongWeights(float(means[1] - means[0]) / 2, float(shared), float(each))


def _sentences(row: Index, stops: Mask) -> Index:
    """Number the sentences of texts laid end to end, from 0; the stop belongs to the sentence it ends."""
    begins = np.append(True, (row[1:] != row[:-1]) | stops[:-1])[: len(row)]
    start = np.flatnonzero(begins)
    since = np.arange(len(row)) - start[np.cumsum(begins) - 1]
    return np.cumsum(begins | (since % _RUN_ON == 0)) - 1
