"""What texts are known by when emotions are learned: their words, the letters of these, and pairs of neighbours.

Texts are rows of shape (texts, words); words are rows of what they are known by (themselves, runs of letters). Pairs
of neighbours stand beside them. All rows are divided by the root of the text's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.emotions import EMOTIONS, mark, pair_marks, runs_of
from flywheel.understand.lexicon import load_lexicon
from flywheel.understand.tokens import own_words, tokens

Array = NDArray[np.float64]

WORD_SEEN, PAIR_SEEN = 2, 3
"""Texts in which a word, or a pair, must have been seen to have scores of its own."""

PAIRS = 0.5
"""How much of a pair's rarity counts: pairs repeat what their words have said.

Rarity is log(texts / texts with it), as in tf-idf (Sparck Jones 1972): what stands everywhere must not say much. That
and how much pairs count were chosen by cross-validation on the training texts of GoEmotions alone.
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with their emotions, 0 or 1, shape (texts, len(EMOTIONS))."""

    text: list[str]
    felt: Array


@dataclass(frozen=True, slots=True)
class _Sparse:
    """A sparse matrix, (row, column, value) in the order of its rows, and again in that of its columns."""

    shape: tuple[int, int]
    by_row: tuple[Index, Index, Array]
    by_column: tuple[Index, Index, Array]

    def dot(self, dense: Array) -> Array:
        row, column, value = self.by_row
        return _summed(row, column, value, dense, self.shape[0])

    def turned_dot(self, dense: Array) -> Array:
        row, column, value = self.by_column
        return _summed(column, row, value, dense, self.shape[1])


@dataclass(frozen=True, slots=True)
class Design:
    """What texts and words are known by; `keys` are those of words, `pair_keys` those of pairs, ascending."""

    texts: _Sparse
    words: _Sparse
    pairs: _Sparse
    keys: NDArray[np.uint32]
    pair_keys: NDArray[np.uint32]
    rarity: Array
    """Of each weight, in the order of `parts`: words with runs, pairs, and 1 for the bias."""

    def parts(self, flat: Array) -> tuple[Array, Array, Array]:
        known, pairs = self.words.shape[1] * len(EMOTIONS), self.pairs.shape[1] * len(EMOTIONS)
        shape = (-1, len(EMOTIONS))
        return flat[:known].reshape(shape), flat[known : known + pairs].reshape(shape), flat[known + pairs :]

    def scores(self, flat: Array) -> Array:
        known, pairs, bias = self.parts(flat)
        return self.texts.dot(self.words.dot(known)) + self.pairs.dot(pairs) + bias


def designed(language: str, labelled: Labelled, buckets: int) -> Design:
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
    there, pair_there = place[place >= 0], pair_row[place >= 0]
    words = _known_by(list(numbers), marks, keys, buckets)
    held = [_held(words, row, word, len(flat)), PAIRS * _rarity(pair_there, there, (len(flat), len(pair_keys)))]
    return Design(
        texts=_sparse((len(flat), len(numbers)), row, word, root[row]),
        words=words,
        pairs=_sparse((len(flat), len(pair_keys)), pair_there, there, root[pair_there]),
        keys=keys,
        pair_keys=pair_keys,
        rarity=np.repeat(np.concatenate([*held, np.ones(1)]), len(EMOTIONS)),
    )


def _held(words: _Sparse, row: Index, word: Index, texts: int) -> Array:
    """Return the rarity of what words are known by."""
    once = np.unique(row.astype(np.int64) * words.shape[0] + word)
    size = np.bincount(words.by_row[0], minlength=words.shape[0])
    start = np.cumsum(size) - size
    each = size[once % words.shape[0]]
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    column = words.by_row[1][np.repeat(start[once % words.shape[0]], each) + within]
    return _rarity(np.repeat(once // words.shape[0], each), column, (texts, words.shape[1]))


def _rarity(row: Index, column: Index, shape: tuple[int, int]) -> Array:
    """Return log(texts / texts with it) per column, so divided that its square is 1 in the mean of all occurrences."""
    seen = np.bincount(np.unique(row.astype(np.int64) * shape[1] + column) % shape[1], minlength=shape[1])
    rare = np.log(shape[0] / np.maximum(seen, 1.0))
    return np.asarray(rare / np.sqrt((rare**2 * seen).sum() / max(seen.sum(), 1)))


def _known_by(terms: Sequence[str], marks: NDArray[np.uint32], keys: NDArray[np.uint32], buckets: int) -> _Sparse:
    row, column, value = [], [], []
    for number, (term, place) in enumerate(zip(terms, _places(keys, marks).tolist(), strict=True)):
        runs = runs_of(term, buckets)
        known = [place] if place >= 0 else []
        row += [number] * (len(known) + len(runs))
        column += known + [len(keys) + run for run in runs]
        value += [1.0] * len(known) + [max(len(runs), 1) ** -0.5] * len(runs)
    return _sparse((len(terms), len(keys) + buckets), np.array(row), np.array(column), np.array(value))


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


def _summed(place: Index, source: Index, value: Array, dense: Array, size: int) -> Array:
    """Add up rows of `dense`, each times its value, at ascending places; column by column, which is fast."""
    total = np.zeros((size, dense.shape[1]))
    start = np.flatnonzero(np.diff(place, prepend=-1))
    for k, column in enumerate(np.ascontiguousarray(dense.T)):
        if len(start):
            total[place[start], k] = np.add.reduceat(column[source] * value, start)
    return total
