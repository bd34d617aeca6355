"""Texts as counts of hashed words, of words that stand together and of runs of letters: no word is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.tokens import lower

BITS = 24
"""Of a hash: among 100,000 features about 300 pairs share one, which costs nothing that can be measured."""
_LETTERS = (2, 3, 4, 5)
_NEAR = 12
"""Words that stand so close are a pair, in whichever order: most questions are no longer."""
_LONGEST = 4_000
"""Letters of a text that are looked at."""

Hashes = NDArray[np.uint64]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_SALT = 0xA0761D6478BD642F
_BLANK = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often which hash stands in which text; sorted by row, then hash."""

    row: Index
    hash: Index
    count: NDArray[np.float64]


Kinds = tuple[Counts, Counts, Counts]


@dataclass(frozen=True, slots=True)
class Spots:
    """Where words, and words with the next one, stand: `start` and `end` are places in the text `row`."""

    row: Index
    hash: Index
    start: Index
    end: Index


def counted(texts: list[str]) -> Kinds:
    """Return counts of words with the next one, of pairs of words near each other, of runs of two to five letters.

    A run is hashed from the differences of one running sum over all letters of all texts (Karp & Rabin 1987), so that
    nothing is done text by text.
    """
    letters = _Letters(texts)
    row, word, _, _ = letters.hashed_words()
    return _following(row, word), _near(row, word), letters.runs()


def spots(texts: list[str]) -> Spots:
    """Return words of at least two letters, and neighbours one of which is such, by the hashes that `counted` gives."""
    letters = _Letters(texts)
    row, word, start, end = letters.hashed_words()
    says, sign = letters.many(start, end) > 1, letters.signs(start)
    alone = np.flatnonzero(says)
    beside = np.flatnonzero((row[1:] == row[:-1]) & (says[1:] | says[:-1]) & ~(sign[1:] | sign[:-1]))
    at = np.concatenate((row[alone], row[beside]))
    begins = letters.begins[at]
    hashes = np.concatenate((word[alone], _pair(word)[beside]))
    return Spots(
        at, _cut(hashes).astype(np.int64), np.concatenate((start[alone], start[beside])) - begins,
        np.concatenate((end[alone], end[beside + 1])) - begins,
    )  # fmt: skip


class _Letters:
    """The letters of all texts, one after another, each text between two blanks."""

    def __init__(self, texts: list[str]) -> None:
        lowered = [f" {lower(text[:_LONGEST])} " for text in texts]
        self.begins = np.cumsum([1, *map(len, lowered)])
        code = np.frombuffer("".join(lowered).encode("utf-32-le", "surrogatepass"), np.uint32)
        different, place = np.unique(code, return_inverse=True)
        signs = [chr(one) for one in different.tolist()]
        self._letter = np.concatenate(([0], np.cumsum(np.array([sign.isalpha() for sign in signs], np.bool_)[place])))
        self._word = np.array([sign.isalnum() or sign in "'_" for sign in signs], np.bool_)[place]
        self._blank = np.array([sign.isspace() for sign in signs], np.bool_)[place]
        self._row = np.repeat(np.arange(len(lowered)), [len(one) for one in lowered])
        self._n = len(code)
        powers = _powers(_BASE, self._n + 1)
        self._inverse = _powers(_INVERSE, self._n + 1)
        plain = np.where(self._blank, _BLANK, code.astype(np.uint64))
        self._sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(plain * powers[: self._n], dtype=np.uint64)))

    def many(self, start: Index, end: Index) -> Index:
        """Return how many letters stand between places."""
        return np.asarray(self._letter[end] - self._letter[start])

    def signs(self, place: Index) -> NDArray[np.bool_]:
        """Return at which places a sign stands that is no part of a word."""
        return np.asarray(~self._word[place])

    def hashed_words(self) -> tuple[Index, Hashes, Index, Index]:
        """Return the row, the hash, the start and the end of each word and sign, in order."""
        edges = np.diff(np.concatenate(([0], self._word.astype(np.int8), [0])))
        signs = np.flatnonzero(~self._word & ~self._blank)
        start = np.concatenate((np.flatnonzero(edges == 1), signs))
        end = np.concatenate((np.flatnonzero(edges == -1), signs + 1))
        order = np.argsort(start, kind="stable")
        start, end = start[order], end[order]
        return self._row[start], self._hashed(start, end, 1), start, end

    def runs(self) -> Counts:
        """Count runs of letters; a blank stands only at an end of one."""
        rows: list[Index] = []
        hashes: list[Hashes] = []
        blanks = np.concatenate(([0], np.cumsum(self._blank)))
        for size in _LETTERS:
            start = np.arange(max(self._n - size + 1, 0))
            end = start + size
            inside = blanks[end - 1] - blanks[start + 1]
            start = start[(inside == 0) & (self._row[start] == self._row[end - 1])]
            rows.append(self._row[start])
            hashes.append(self._hashed(start, start + size, size))
        return _counts(np.concatenate(rows), np.concatenate(hashes))

    def _hashed(self, start: Index, end: Index, kind: int) -> Hashes:
        salt = np.uint64(kind * _SALT % (1 << 64))
        return _mixed((self._sums[end] - self._sums[start]) * self._inverse[start] + salt)


def _following(row: Index, word: Hashes) -> Counts:
    together = row[1:] == row[:-1]
    return _counts(np.concatenate((row, row[1:][together])), np.concatenate((word, _pair(word)[together])))


def _pair(word: Hashes) -> Hashes:
    return _mixed(word[:-1] * np.uint64(3) + word[1:] * _BASE)


def _near(row: Index, word: Hashes) -> Counts:
    """Count pairs whatever their order: what a kernel of degree two would see."""
    rows: list[Index] = []
    pairs: list[Hashes] = []
    for apart in range(1, _NEAR):
        together = (row[apart:] == row[:-apart]) & (word[apart:] != word[:-apart])
        rows.append(row[apart:][together])
        pairs.append(_mixed(_mixed(word[apart:]) + _mixed(word[:-apart]))[together])
    return _counts(np.concatenate(rows), np.concatenate(pairs))


def _powers(base: np.uint64, n: int) -> Hashes:
    powers = np.full(n, base, np.uint64)
    powers[0] = 1
    return np.asarray(np.multiply.accumulate(powers))


def _mixed(hashes: Hashes) -> Hashes:
    """Spread what differs anywhere over all bits (Murmur's finaliser, Appleby 2011)."""
    high = np.uint64(32)
    hashes = (hashes ^ (hashes >> high)) * np.uint64(0xD6E8FEB86659FD93)
    return hashes ^ (hashes >> high)


def _counts(row: Index, hashes: Hashes) -> Counts:
    key = (row.astype(np.uint64) << np.uint64(BITS)) | _cut(hashes)
    found, count = np.unique(key, return_counts=True)
    return Counts(
        (found >> np.uint64(BITS)).astype(np.int64),
        (found & np.uint64((1 << BITS) - 1)).astype(np.int64),
        count.astype(np.float64),
    )


def _cut(hashes: Hashes) -> Hashes:
    return hashes >> np.uint64(64 - BITS)
