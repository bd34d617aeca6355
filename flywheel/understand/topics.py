"""Topics from the taxonomy: whole words and phrases, one Aho-Corasick pass over a whole batch of texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation
from numpy.typing import NDArray

from flywheel.domain.reading import TopicRule
from flywheel.understand.columns import Index
from flywheel.understand.tokens import lower

Key = tuple[tuple[str, str | None, tuple[str, ...]], ...]
Mask = NDArray[np.bool_]

_BORDER = "\0"
"""Stands between texts laid end to end; it is no letter, and `own_words` leaves none in any text."""

_INSIDE = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(129)])
_REST = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Found:
    """Topics in texts, by the longest words that name each; `start` and `end` are places in the text `row`."""

    row: list[int]
    topic: list[str]
    touchpoint: list[str | None]
    start: list[int]
    end: list[int]


class TopicFinder:
    """Finds the topics of one language's words."""

    def __init__(self, rules: Key) -> None:
        """Build the automaton; a word that several topics name counts for each of them."""
        self._rules = rules
        words = [
            (rule, word)
            for rule, (_, _, words) in enumerate(rules)
            for word in words
            if _BORDER not in word and word.rstrip("*")
        ]
        literals = [lower(word.rstrip("*")) for _, word in words]
        self._rule = np.array([rule for rule, _ in words], np.int64)
        self._open_ended = np.array([word.endswith("*") for _, word in words], np.bool_)
        self._starts_inside = np.array([_inside_word(literal[0]) for literal in literals], np.bool_)
        self._ends_inside = np.array([_inside_word(literal[-1]) for literal in literals], np.bool_)
        self._automaton = AhoCorasick(literals, implementation=Implementation.DFA) if literals else None

    def find(self, own: list[str]) -> Found:
        """Return at most one mention per text and topic, by text and then in the order of the taxonomy."""
        if self._automaton is None:
            return Found([], [], [], [], [])
        lowered = _BORDER.join([*map(lower, own), ""])
        begins = np.cumsum([0, *(len(text) + 1 for text in own)])
        hits = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        codes = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32)
        pattern, start, end = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3).T
        whole = ~(self._starts_inside[pattern] & _beside(codes, start - 1))
        pattern, start, end = pattern[whole], start[whole], end[whole]
        goes_on = _beside(codes, end)
        whole = ~goes_on | self._open_ended[pattern] | ~self._ends_inside[pattern]
        longer = np.flatnonzero(goes_on & self._open_ended[pattern])
        end[longer] = [_word_end(lowered, place) for place in end[longer].tolist()]
        pattern, start, end = pattern[whole], start[whole], end[whole]
        row = np.searchsorted(begins, start, side="right") - 1
        return self._longest(self._rule[pattern], row, start - begins[row], end - begins[row])

    def _longest(self, rule: Index, row: Index, start: Index, end: Index) -> Found:
        key = row * len(self._rules) + rule
        order = np.lexsort((start - end, key))  # stable: of equally long words the first stays first
        first = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
        rules = [self._rules[number] for number in rule[first].tolist()]
        return Found(
            row=row[first].tolist(),
            topic=[topic for topic, _, _ in rules],
            touchpoint=[touchpoint for _, touchpoint, _ in rules],
            start=start[first].tolist(),
            end=end[first].tolist(),
        )


def finder(taxonomy: tuple[TopicRule, ...], language: str) -> TopicFinder:
    """Return the finder of a taxonomy's words in one language; finders are kept, for a cycle asks for few."""
    return _finder(tuple((rule.topic, rule.touchpoint, rule.words.get(language, ())) for rule in taxonomy))


@lru_cache(maxsize=64)
def _finder(rules: Key) -> TopicFinder:
    return TopicFinder(rules)


def _beside(codes: NDArray[np.uint32], places: Index) -> Mask:
    """Return whether a letter, a digit or "_" stands at each place of a text, given as its characters' codes."""
    beside = codes[places]
    inside = _INSIDE[np.minimum(beside, 128)]
    far = np.flatnonzero(beside >= 128)
    inside[far] = [_inside_word(chr(code)) for code in beside[far].tolist()]
    return inside


def _inside_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _word_end(text: str, place: int) -> int:
    rest = _REST.match(text, place)
    return rest.end() if rest else place
