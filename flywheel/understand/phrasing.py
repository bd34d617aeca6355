"""A small language for rules about wording: "wait* ... # hour*|day*" as data, matched in linear time.

Tokens are parted by spaces: `a|b` either, `word*` any ending, `#` a number (also in words), `...` up to five words
between, within a sentence, `word?` a word that may be missing. A pattern is tried only near its longest literal, in
a window of fixed size, so that no text is slow however it is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation

_BEFORE, _AFTER = 90, 150
"""Characters around a pattern's anchor in which it must fit."""

_TRIES = 40
"""Anchors looked at per text: a text that repeats one word for ever has said it by then."""

_COMMON_WORDS = """
a i be an the my our we it is are am was been have has had you u your they this that to in on of or and not no can
could would will want need get help may might as do does how so now all back for from with call flight today
nie na do w z za po czy jak to jest co się mi mam mnie nas jeszcze już
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words of so many texts that looking for a pattern around them would cost more than all the rest."""

_WORD_START = re.compile(r"(?<![\w'])[\w']")
_GAP = r"[^\w.!?\n]{1,3}"
_NUMBERS = (
    r"\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|many|few|couple|"
    r"jeden|jedną|jedna|dwa|dwie|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć|kilka|parę|godzinę"
)


class Phrasing:
    """Many patterns at once; `find` tells for each that occurs where it first does."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Build the automaton of the anchors; a pattern is compiled when one of its anchors is first seen."""
        self._patterns = patterns
        owners: dict[str, list[tuple[int, int]]] = {}
        for number, pattern in enumerate(patterns):
            literals, before = _anchors(pattern)
            for literal in literals:
                owners.setdefault(literal, []).append((number, before))
        self._owners = list(owners.values())
        self._open_ended = [literal.endswith("*") for literal in owners]
        literals = [literal.rstrip("*") for literal in owners]
        self._automaton = AhoCorasick(literals, implementation=Implementation.DFA)

    def find(self, lowered: str) -> dict[int, re.Match[str]]:
        """Return the first match of each pattern that occurs in a lower-case text, by the pattern's number."""
        found: dict[int, re.Match[str]] = {}
        tried: dict[int, int] = {}
        for anchor, start, end in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            if start and lowered[start - 1].isalnum():
                continue
            if end < len(lowered) and lowered[end].isalnum() and not self._open_ended[anchor]:
                continue
            if tried.get(anchor, 0) >= _TRIES:
                continue
            tried[anchor] = tried.get(anchor, 0) + 1
            for number, before in self._owners[anchor]:
                match = None if number in found else self._match(number, lowered, start, before)
                if match:
                    found[number] = match
        return found

    def _match(self, number: int, lowered: str, start: int, before: int) -> re.Match[str] | None:
        pattern = _compiled(self._patterns[number])
        if before == _BEFORE:
            return pattern.search(lowered, max(0, start - before), start + _AFTER)
        for word in _WORD_START.finditer(lowered, max(0, start - before), start + 1):
            match = pattern.match(lowered, word.start(), start + _AFTER)
            if match:
                return match
        return None


def _anchors(pattern: str) -> tuple[list[str], int]:
    """Return the literals of the pattern's rarest token (a trailing `*` kept) and how far back of it to look."""
    tokens = pattern.split()
    literal = [piece for piece in tokens if "#" not in piece and piece != "..." and not piece.endswith("?")]
    rarest = min(literal, key=_commonness)
    return rarest.split("|"), min(_BEFORE, sum(map(_longest, tokens[: tokens.index(rarest)])))


def _longest(piece: str) -> int:
    """Return how many characters a piece and the gap behind it can take."""
    if piece == "...":
        return _BEFORE
    return 3 + max(len(word) + (20 if word.endswith("*") else 12 if word == "#" else 0) for word in piece.split("|"))


def _commonness(token: str) -> tuple[int, int]:
    words = token.split("|")
    return sum(5 if len(word) < 3 else word in _COMMON for word in words), -min(map(len, words))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern))


def _expression(pattern: str) -> str:
    parts: list[str] = []
    first = True
    for piece in pattern.split():
        if piece == "...":
            parts.append(rf"(?:{_GAP}[\w']{{1,25}}){{0,5}}?")
            continue
        gap = "" if first else _GAP
        body = _word(piece.removesuffix("?"))
        parts.append(f"(?:{gap}{body})?" if piece.endswith("?") else gap + body)
        first = False
    return rf"(?<![\w'])(?:{''.join(parts)})(?!\w)"


def _word(token: str) -> str:
    return f"(?:{'|'.join(map(_alternative, token.split('|')))})"


def _alternative(word: str) -> str:
    if word == "#":
        return _NUMBERS
    return re.escape(word.rstrip("*")) + (r"\w{0,20}" if word.endswith("*") else "")
