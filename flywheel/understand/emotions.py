"""Ekman's emotions in a text, several at once: one linear model a language, looked up word by word and pair by pair.

A word's scores are those of its letters' runs and its own; they are known once for each word that is met, so that a
text costs no more than a sum. The tables hold int8, and their keys are checked: an unknown pair says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.reading import Emotion
from flywheel.understand.columns import Index
from flywheel.understand.lexicon import load_lexicon

Array = NDArray[np.float64]
Hashes = NDArray[np.uint32]

EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)

_RUNS = range(3, 6)
"""Lengths of the runs of letters that a word is known by."""

_NAMES = [tuple(name for k, name in enumerate(EMOTIONS) if code >> k & 1) for code in range(1 << len(EMOTIONS))]
_BITS = 1 << np.arange(len(EMOTIONS))


@dataclass(frozen=True, slots=True)
class Feelings:
    """What was learnt of one language: scores of words, of runs of letters (by hash), of pairs of neighbours.

    `bias` is what a text must overcome, per emotion: the model's own and its threshold together.
    """

    word_keys: Hashes
    words: Array
    runs: Array
    pair_keys: Hashes
    pairs: Array
    bias: Array

    def of(self, term: str) -> Array:
        """Return the scores of one word, wherever it stands."""
        scores = _looked_up(self.word_keys, self.words, np.array([mark(term)], np.uint32))[0].copy()
        runs = runs_of(term, len(self.runs))
        if runs:
            scores += self.runs[runs].sum(axis=0) / np.sqrt(len(runs))
        return np.asarray(scores)

    def felt(self, texts: int, row: Index, marks: Hashes, scores: Array) -> list[tuple[Emotion, ...]]:
        """Return the emotions of texts from their words, flat: `row` is each word's text, `scores` what `of` says."""
        total = np.zeros((texts, len(EMOTIONS)))
        beside = np.flatnonzero(row[1:] == row[:-1])
        pair = pair_marks(marks[beside], marks[beside + 1])
        spot = np.minimum(np.searchsorted(self.pair_keys, pair), len(self.pair_keys) - 1)
        found = self.pair_keys[spot] == pair
        rows, pairs = row[beside[found]], self.pairs[spot[found]]
        for k in range(len(EMOTIONS)):
            total[:, k] = np.bincount(row, scores[:, k], texts) + np.bincount(rows, pairs[:, k], texts)
        size = np.maximum(np.bincount(row, minlength=texts), 1)
        codes = ((total / np.sqrt(size)[:, None] >= self.bias) * _BITS).sum(axis=1)
        return [_NAMES[code] for code in codes.tolist()]


@dataclass(frozen=True, slots=True)
class WordedFeelings:
    """The same for a language without labelled texts: words and stems per emotion, of which one is enough."""

    words: tuple[frozenset[str], ...]
    stems: tuple[tuple[str, ...], ...]

    def of(self, term: str) -> Array:
        """Return 1 for each emotion that the word names."""
        named = (term in words or term.startswith(stems) for words, stems in zip(self.words, self.stems, strict=True))
        return np.array(list(map(float, named)))

    def felt(self, texts: int, row: Index, marks: Hashes, scores: Array) -> list[tuple[Emotion, ...]]:  # noqa: ARG002
        """Return the emotions that any word names."""
        codes = np.zeros(texts, np.int64)
        for k, bit in enumerate(_BITS.tolist()):
            codes[row[scores[:, k] > 0]] |= bit
        return [_NAMES[code] for code in codes.tolist()]


@cache
def load_feelings(language: str) -> Feelings | WordedFeelings | None:
    """Read what is known of a language from the package, once per process; None where there is nothing."""
    folder = files("flywheel.understand") / "data"
    learnt, listed = folder / f"emotions_{language}.npz", folder / f"emotions_{language}.json"
    if learnt.is_file():
        with learnt.open("rb") as file, np.load(file) as raw:
            scale = raw["scale"].astype(np.float64)
            return Feelings(
                word_keys=raw["word_keys"],
                words=raw["words"] * scale[0],
                runs=raw["runs"] * scale[1],
                pair_keys=raw["pair_keys"],
                pairs=raw["pairs"] * scale[2],
                bias=raw["bias"].astype(np.float64),
            )
    if listed.is_file():
        raw, plain = json.loads(listed.read_text("utf-8")), load_lexicon(language).plain
        terms = [list(map(plain, raw.get(name, "").split())) for name in EMOTIONS]
        return WordedFeelings(
            words=tuple(frozenset(term for term in some if not term.endswith("*")) for some in terms),
            stems=tuple(tuple(term[:-1] for term in some if term.endswith("*")) for some in terms),
        )
    return None


def mark(term: str) -> int:
    """Return the 32-bit key of a term."""
    return crc32(term.encode("utf-8", "surrogatepass"))


def pair_marks(first: Hashes, second: Hashes) -> Hashes:
    """Return the 32-bit keys of neighbours (multiplicative hashing, Knuth 1998, 6.4)."""
    mixed = first.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + second.astype(np.uint64)
    return ((mixed * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(32)).astype(np.uint32)


def runs_of(term: str, buckets: int) -> list[int]:
    """Return the buckets of a word's runs of letters; marks and numbers have none."""
    if not term[:1].isalpha() or not buckets:
        return []
    edged = f"<{term}>"
    return [mark(edged[start : start + n]) % buckets for n in _RUNS for start in range(len(edged) - n + 1)]


def _looked_up(keys: Hashes, rows: Array, wanted: Hashes) -> Array:
    spot = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(np.where((keys[spot] == wanted)[:, None], rows[spot], 0.0))
