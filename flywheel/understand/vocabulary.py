"""What is known of the words of a language, as columns: a batch looks up each word that came before in no time.

Texts are parted at their spaces into chunks. Of a chunk are known its tokens with their charge, and the pieces of
rules that its words may stand for. Nothing of it depends on the texts that it was met in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.reading import Emotion
from flywheel.understand.columns import Column, Index, Lists
from flywheel.understand.emotions import EMOTIONS, load_feelings, mark
from flywheel.understand.lexicon import KINDS, Kind, Lexicon, load_lexicon
from flywheel.understand.rules import load_rules
from flywheel.understand.screen import Screen
from flywheel.understand.tokens import chunk_tokens

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int8]

KIND_CODES: dict[Kind, int] = {kind: number for number, kind in enumerate(KINDS)}

_MOST, _MOST_CHARACTERS = 50_000, 2_000_000
"""Chunks, and characters of chunks, after which all is forgotten: names and numbers never come to an end."""


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a batch, flat, as the lexicon knows them; `row` is each token's text.

    `part` numbers the words of phrases; 0 is none.
    """

    row: Index
    kind: Codes
    valence: Array
    boost: Array
    caps: Mask
    elongated: Mask
    part: Index


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of `rows` texts, flat: the i-th stands in text `row[i]` and has the number `number[i]` in `known`."""

    rows: int
    row: Index
    number: Index
    known: _Known

    def words(self) -> Words:
        """Return the tokens of all texts."""
        return self.known.words(self.row, self.number)

    def felt(self) -> list[tuple[Emotion, ...]] | None:
        """Return the emotions of all texts; None where nothing is known of emotions in the language."""
        return self.known.felt(self.rows, self.row, self.number)

    def pieces(self) -> tuple[Index, Index]:
        """Return (text, piece) for all pieces that a text's words may stand for."""
        held, size = self.known.pieces.of(self.number)
        return np.repeat(self.row, size), held


class Vocabulary:
    """The words of one language that were met; shared by all threads."""

    def __init__(self, lexicon: Lexicon, screen: Screen | None) -> None:
        """Begin with no word."""
        self._lexicon, self._screen, self._lock = lexicon, screen, Lock()
        self._known = _Known(lexicon, screen)

    def chunked(self, texts: list[str]) -> Chunks:
        """Part texts at their spaces; the end of a line ends a sentence, so that it becomes a full stop."""
        parted = [text.replace("\n", " . ").split() if "\n" in text else text.split() for text in texts]
        row = np.repeat(np.arange(len(texts)), np.fromiter(map(len, parted), np.int64, len(texts)))
        with self._lock:
            known, self._known = self._known, _Known(self._lexicon, self._screen)
            number = known.numbered(chain.from_iterable(parted))
            if not known.is_full:  # nor after an error: what was learnt by halves is not kept
                self._known = known
        return Chunks(len(texts), row, number, known)


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the vocabulary of a language, one per process."""
    rules = load_rules(language)
    return Vocabulary(load_lexicon(language), rules.screen if rules else None)


@cache
def phrase_words(language: str) -> dict[str, int]:
    """Number the words that phrases are made of, from 1."""
    parts = sorted({part for phrase in load_lexicon(language).phrases for part in phrase})
    return {part: number for number, part in enumerate(parts, start=1)}


class _Numbers(dict[str, int]):
    """Numbers what it is asked for, in the order in which it is first asked."""

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        return number


class _Known:
    """All columns over one numbering of chunks and of tokens; they only grow."""

    def __init__(self, lexicon: Lexicon, screen: Screen | None) -> None:
        self._lexicon, self._screen = lexicon, screen
        self._chunks, self._tokens, self._characters = _Numbers(), _Numbers(), 0
        self.pieces, self._tokens_of = Lists(), Lists()
        self._kind, self._part = Column(np.int8), Column(np.int64)
        self._valence, self._boost = Column(np.float64), Column(np.float64)
        self._caps, self._elongated = Column(np.bool_), Column(np.bool_)
        self._feelings = load_feelings(lexicon.language)
        self._mark, self._scores = Column(np.uint32), Column(np.float64, len(EMOTIONS))

    @property
    def is_full(self) -> bool:
        return len(self._chunks) > _MOST or self._characters > _MOST_CHARACTERS

    def numbered(self, chunks: Iterable[str]) -> Index:
        """Return the numbers of chunks; learn those that are new."""
        had = len(self._chunks)
        numbers = np.array(list(map(self._chunks.__getitem__, chunks)), np.int64)
        new = list(islice(reversed(self._chunks), len(self._chunks) - had))[::-1]
        if new:
            self._learn(new)
        return numbers

    def words(self, row: Index, number: Index) -> Words:
        """Return the tokens of numbered chunks."""
        token, size = self._tokens_of.of(number)
        return Words(
            row=np.repeat(row, size),
            kind=self._kind.values[token],
            valence=self._valence.values[token],
            boost=self._boost.values[token],
            caps=self._caps.values[token],
            elongated=self._elongated.values[token],
            part=self._part.values[token],
        )

    def felt(self, texts: int, row: Index, number: Index) -> list[tuple[Emotion, ...]] | None:
        """Return the emotions of texts from their numbered chunks."""
        if self._feelings is None:
            return None
        token, size = self._tokens_of.of(number)
        return self._feelings.felt(texts, np.repeat(row, size), self._mark.values[token], self._scores.values[token])

    def _learn(self, chunks: list[str]) -> None:
        had = len(self._tokens)
        self._characters += sum(map(len, chunks))
        self._tokens_of.add([[self._tokens[token] for token in chunk_tokens(chunk)] for chunk in chunks])
        self.pieces.add([self._screen.pieces(chunk) if self._screen else () for chunk in chunks])
        new = list(islice(reversed(self._tokens), len(self._tokens) - had))[::-1]
        words, parts = list(map(self._lexicon.word, new)), phrase_words(self._lexicon.language)
        self._kind.add([KIND_CODES[word.kind] for word in words])
        self._part.add([parts.get(word.term, 0) for word in words])
        self._valence.add([word.valence for word in words])
        self._boost.add([word.boost for word in words])
        self._caps.add([word.caps for word in words])
        self._elongated.add([word.elongated for word in words])
        if self._feelings is not None and new:
            terms = list(map(self._lexicon.term, new))
            self._mark.add(np.array(list(map(mark, terms)), np.uint32))
            self._scores.add(np.stack(list(map(self._feelings.of, terms))))
