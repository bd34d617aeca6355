"""Which patterns could stand in which texts: one pass over the words that they cannot do without.

Of the hundreds of patterns of a language a text has the words of one or two; only these are looked for in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.phrasing import DIGITS, NUMBER_WORDS, both_spellings, lowered

_RUN = re.compile(r"\w+")
_NO_RUN = re.compile(r"[^\w']+")


_OF_MANY_TEXTS = """
a i we my the to for and on nie na w z do się ich die der das und je le la les de que el no non di il o e não ik het
"""
_EVERYWHERE = both_spellings(_OF_MANY_TEXTS)


class Screen:
    """The pieces (tokens that must be there) of many patterns, numbered, and the words that stand for each.

    Where accents are `folded`, they are so in the patterns that are given.
    """

    def __init__(self, patterns: Sequence[str], *, folded: bool) -> None:
        """Number the pieces of the patterns."""
        self._folded = folded
        needed = [_needed(pattern) for pattern in patterns]
        number = {piece: k for k, piece in enumerate(dict.fromkeys(piece for pieces in needed for piece in pieces))}
        self._pieces = len(number)
        most = max(map(len, needed), default=0)
        # a pattern with fewer pieces than the longest needs its last one several times
        self._needed = np.array([[number[p] for p in (pieces * most)[:most]] for pieces in needed], np.int64)
        self._whole: dict[str, set[int]] = {}
        self._begun: dict[str, set[int]] = {}
        for piece, k in number.items():
            for word in piece.split("|"):
                for part in NUMBER_WORDS if word == "#" else (_part(word),):
                    (self._begun if part.endswith("*") else self._whole).setdefault(part.rstrip("*"), set()).add(k)
        self._numbers = {k for piece, k in number.items() if "#" in piece.split("|")}
        self._runs = max((len(_RUN.findall(part)) for part in (*self._whole, *self._begun)), default=1)
        self._longest = max(map(len, self._begun), default=0)

    def candidates(self, texts: int, row: Index, piece: Index) -> Iterator[tuple[int, list[int]]]:
        """Yield each text that has all pieces of some patterns, in any order, with these patterns."""
        there = np.zeros((self._pieces, texts), np.bool_)
        there[piece, row] = True
        packed = np.packbits(there, axis=1)
        possible = np.bitwise_and.reduce([packed[column] for column in self._needed.T])
        pattern, eight = np.nonzero(possible)  # few: only these bytes are taken apart
        place, bit = np.nonzero(np.unpackbits(possible[pattern, eight][:, None], axis=1))
        text, pattern = eight[place] * 8 + bit, pattern[place]
        order = np.argsort(text, kind="stable")
        first = np.flatnonzero(np.diff(text[order], prepend=-1))
        patterns, ends = pattern[order].tolist(), [*first[1:].tolist(), len(order)]
        for number, start, end in zip(text[order][first].tolist(), first.tolist(), ends, strict=False):
            yield number, patterns[start:end]

    def pieces(self, chunk: str) -> tuple[int, ...]:
        """Return the pieces that a chunk's words, or what stands between their apostrophes, may stand for."""
        plain = lowered(chunk, folded=self._folded)
        runs = [(run.start(), run.end()) for run in _RUN.finditer(plain)]
        found: set[int] = set()
        for k, (start, _) in enumerate(runs):
            for _, end in runs[k : k + self._runs]:
                found |= self._pieces_of(plain[start:end])
        return tuple(sorted(found))

    def _pieces_of(self, word: str) -> set[int]:
        found = set(self._whole.get(word, ()))
        if len(word) <= DIGITS and word.isdecimal():
            found |= self._numbers
        for end in range(1, min(len(word), self._longest) + 1):
            found.update(self._begun.get(word[:end], ()))
        return found


def _needed(pattern: str) -> list[str]:
    """Return the pieces that must be there; those that nearly every text has only where there are no others."""
    pieces = [piece for piece in pattern.split() if piece != "..." and not piece.endswith("?")]
    return [piece for piece in pieces if _EVERYWHERE.isdisjoint(piece.split("|"))] or pieces


def _part(word: str) -> str:
    """Return the longest part of a word as texts are parted: "time-sensitive" needs "sensitive"."""
    parts = _NO_RUN.split(word.rstrip("*"))
    longest = max(parts, key=len)
    return longest + "*" if word.endswith("*") and longest == parts[-1] else longest
