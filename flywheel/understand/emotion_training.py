"""Learn the emotions of a language from labelled texts: logistic regressions over words, their letters and pairs.

Texts are rows of shape (texts, words); words are rows of what they are known by (themselves, runs of letters). Pairs
of neighbours stand beside them. All rows are divided by the root of the text's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.emotions import EMOTIONS, mark, pair_marks, runs_of
from flywheel.understand.lexicon import load_lexicon
from flywheel.understand.softmax import minimise
from flywheel.understand.tokens import own_words, tokens

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

WORD_SEEN, PAIR_SEEN = 2, 3
"""Texts in which a word, or a pair, must have been seen to have scores of its own."""

PENALTY = 0.13
"""Ridge penalty per squared weight, over the summed loss of all texts (a prior with a deviation of 2.8 log-odds)."""

STEPS = 60

HELD_BACK = 3
"""Of so many texts one is left out to set the thresholds by."""

_CODES = 127  # an int8 holds -127..127


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with their emotions, 0 or 1, shape (texts, len(EMOTIONS))."""

    text: list[str]
    felt: Array


@dataclass(frozen=True, slots=True)
class Learnt:
    """The tables of a language as they are shipped; F1 on the third left out, which has set the thresholds, too."""

    tables: dict[str, NDArray[Any]]
    macro_f1: float
    f1: dict[str, float]


def learnt(language: str, labelled: Labelled, buckets: int) -> Learnt:
    """Fit a language's tables on all texts; the thresholds serve best a third that a first fit has left out."""
    design = _designed(language, labelled, buckets)
    kept_back = np.arange(len(labelled.text)) % HELD_BACK == 0
    score, truth = design.scores(_fit(design, labelled, ~kept_back))[kept_back], labelled.felt[kept_back]
    present = truth.sum(axis=0) > 0
    limits = np.where(present, _limits(truth, score), np.inf)
    f1 = _f1(truth, score >= limits)
    model = _fit(design, labelled, np.ones(len(kept_back), np.bool_))
    named = {str(name): float(value) for name, value, there in zip(EMOTIONS, f1, present, strict=True) if there}
    return Learnt(_tables(design, model, limits), float(f1[present].mean()), named)


def write(path: Path, tables: dict[str, NDArray[Any]]) -> None:
    """Write the tables of a language; equal tables give equal bytes."""
    np.savez(path, **tables)  # type: ignore[arg-type]  # its stubs take `allow_pickle` for one of the arrays


@dataclass(frozen=True, slots=True)
class _Sparse:
    """A sparse matrix, (row, column, value) in the order of its rows, and again in that of its columns."""

    shape: tuple[int, int]
    by_row: tuple[Index, Index, Array]
    by_column: tuple[Index, Index, Array]

    def dot(self, dense: Array) -> Array:
        row, column, value = self.by_row
        return _summed(row, dense[column] * value[:, None], self.shape[0])

    def turned_dot(self, dense: Array) -> Array:
        row, column, value = self.by_column
        return _summed(column, dense[row] * value[:, None], self.shape[1])


@dataclass(frozen=True, slots=True)
class _Design:
    """What texts and words are known by; `keys` are those of words, `pair_keys` those of pairs, ascending."""

    texts: _Sparse
    words: _Sparse
    pairs: _Sparse
    keys: NDArray[np.uint32]
    pair_keys: NDArray[np.uint32]

    def parts(self, flat: Array) -> tuple[Array, Array, Array]:
        known, pairs = self.words.shape[1] * len(EMOTIONS), self.pairs.shape[1] * len(EMOTIONS)
        shape = (-1, len(EMOTIONS))
        return flat[:known].reshape(shape), flat[known : known + pairs].reshape(shape), flat[known + pairs :]

    def scores(self, flat: Array) -> Array:
        known, pairs, bias = self.parts(flat)
        return self.texts.dot(self.words.dot(known)) + self.pairs.dot(pairs) + bias


def _designed(language: str, labelled: Labelled, buckets: int) -> _Design:
    lexicon, numbers = load_lexicon(language), dict[str, int]()
    flat = [[numbers.setdefault(lexicon.term(t), len(numbers)) for t in tokens(own_words(x))] for x in labelled.text]
    row = np.repeat(np.arange(len(flat)), [len(words) for words in flat])
    word = np.array([number for words in flat for number in words], np.int64)
    marks = np.array([mark(term) for term in numbers], np.uint32)
    root = 1.0 / np.sqrt(np.maximum(np.bincount(row, minlength=len(flat)), 1.0))
    beside = np.flatnonzero(row[1:] == row[:-1])
    pair, pair_row = pair_marks(marks[word[beside]], marks[word[beside + 1]]), row[beside]
    keys, pair_keys = _often(marks[word], row, WORD_SEEN), _often(pair, pair_row, PAIR_SEEN)
    place = _places(pair_keys, pair)
    return _Design(
        texts=_sparse((len(flat), len(numbers)), row, word, root[row]),
        words=_known_by(list(numbers), marks, keys, buckets),
        pairs=_sparse((len(flat), len(pair_keys)), pair_row[place >= 0], place[place >= 0], root[pair_row[place >= 0]]),
        keys=keys,
        pair_keys=pair_keys,
    )


def _known_by(terms: Sequence[str], marks: NDArray[np.uint32], keys: NDArray[np.uint32], buckets: int) -> _Sparse:
    row, column, value = [], [], []
    for number, (term, place) in enumerate(zip(terms, _places(keys, marks).tolist(), strict=True)):
        runs = runs_of(term, buckets)
        known = [place] if place >= 0 else []
        row += [number] * (len(known) + len(runs))
        column += known + [len(keys) + run for run in runs]
        value += [1.0] * len(known) + [max(len(runs), 1) ** -0.5] * len(runs)
    return _sparse((len(terms), len(keys) + buckets), np.array(row), np.array(column), np.array(value))


def _fit(design: _Design, labelled: Labelled, rows: Mask) -> Array:
    weight = rows / rows.sum()
    start = np.zeros((design.words.shape[1] + design.pairs.shape[1] + 1) * len(EMOTIONS))
    penalty = np.full(len(start), PENALTY / rows.sum())
    penalty[-len(EMOTIONS) :] = 0.0

    def loss(flat: Array) -> tuple[float, Array]:
        share = 1.0 / (1.0 + np.exp(-np.clip(design.scores(flat), -30, 30)))
        hit = np.where(labelled.felt > 0, share, 1.0 - share)
        wrong = weight[:, None] * (share - labelled.felt)
        slope = [design.words.turned_dot(design.texts.turned_dot(wrong)), design.pairs.turned_dot(wrong)]
        flat_slope = np.concatenate([*(part.ravel() for part in slope), wrong.sum(axis=0)])
        value = -float(weight @ np.log(np.maximum(hit, 1e-12)).sum(axis=1)) + float(penalty @ (flat * flat)) / 2
        return value, flat_slope + penalty * flat

    return minimise(loss, start, steps=STEPS, tolerance=1e-6)


def _tables(design: _Design, flat: Array, limits: Array) -> dict[str, NDArray[Any]]:
    known, pairs, bias = design.parts(flat)
    parts = (known[: len(design.keys)], known[len(design.keys) :], pairs)
    # by the greatest weight: to cut the few greatest ("thanks", "love") costs .02 of F1, coarse steps nothing
    scale = [max(float(np.abs(part).max(initial=0.0)), 1e-9) / _CODES for part in parts]
    coded = [np.round(part / step).astype(np.int8) for part, step in zip(parts, scale, strict=True)]
    return {
        "word_keys": design.keys, "words": coded[0], "runs": coded[1], "pair_keys": design.pair_keys, "pairs": coded[2],
        "scale": np.array(scale, np.float32), "bias": np.round(limits - bias, 3).astype(np.float32),
    }  # fmt: skip


def _limits(truth: Array, score: Array) -> Array:
    """Return per emotion the score from which to call it, so that F1 is greatest; smoothed."""
    limits = []
    for k in range(truth.shape[1]):
        order = np.argsort(-score[:, k], kind="stable")
        f1 = 2 * np.cumsum(truth[order, k]) / (np.arange(1, len(order) + 1) + truth[:, k].sum())
        width = max(5, int(truth[:, k].sum() / 10))
        limits.append(score[order[int(np.argmax(np.convolve(f1, np.ones(width) / width, "same")))], k])
    return np.array(limits)


def _f1(truth: Array, called: Mask) -> Array:
    hits = (called & (truth > 0)).sum(axis=0)
    return np.asarray(2.0 * hits / np.maximum(called.sum(axis=0) + truth.sum(axis=0), 1))


def _often(keys: NDArray[np.uint32], row: Index, times: int) -> NDArray[np.uint32]:
    once = np.unique(row.astype(np.uint64) << np.uint64(32) | keys.astype(np.uint64))
    found, count = np.unique((once & np.uint64(0xFFFFFFFF)).astype(np.uint32), return_counts=True)
    return np.asarray(found[count >= times])


def _places(keys: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> Index:
    """Return where each wanted key stands among ascending keys; -1 where it does not."""
    spot = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[spot] == wanted, spot, -1)


def _sparse(shape: tuple[int, int], row: Index, column: Index, value: Array) -> _Sparse:
    rows, columns = np.lexsort((column, row)), np.lexsort((row, column))
    return _Sparse(shape, *((row[order], column[order], value[order]) for order in (rows, columns)))


def _summed(place: Index, values: Array, size: int) -> Array:
    """Add up rows that belong to ascending places."""
    total = np.zeros((size, values.shape[1]))
    if len(place):
        start = np.flatnonzero(np.diff(place, prepend=-1))
        total[place[start]] = np.add.reduceat(values, start, axis=0)
    return total
