"""A small language for rules about wording: "wait* ... # hour*|day*" as data, matched in linear time.

Tokens are parted by spaces: `a|b` either, `word*` any ending, `#` a number (also in words), `...` up to five words
between, within a sentence, `word?` a word that may be missing. A pattern is tried only near its longest literal, in
a window of fixed size, so that no text is slow however it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

_BEFORE, _AFTER = 90, 150
"""Characters around a pattern's anchor in which it must fit."""

_TRIES = 40
"""Anchors looked at per text: a text that repeats one word for ever has said it by then."""

_GAP = r"[^\w.!?\n]{1,3}"
_NUMBERS = (
    r"\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|many|few|couple|"
    r"jeden|jedną|jedna|dwa|dwie|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć|kilka|parę|godzinę"
)


class Phrasing:
    """Many patterns at once; `find` tells for each that occurs where it first does."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns and the automaton of their anchors."""
        self._patterns = [re.compile(_expression(pattern)) for pattern in patterns]
        anchors = [(literal, number) for number, pattern in enumerate(patterns) for literal in _anchors(pattern)]
        self._owner = [number for _, number in anchors]
        literals = [literal for literal, _ in anchors]
        self._automaton = AhoCorasick(literals, implementation=Implementation.ContiguousNFA)

    def find(self, lowered: str) -> dict[int, re.Match[str]]:
        """Return the first match of each pattern that occurs in a lower-case text, by the pattern's number."""
        found: dict[int, re.Match[str]] = {}
        tried: dict[int, int] = {}
        for anchor, start, end in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            number = self._owner[anchor]
            if number in found or tried.get(number, 0) >= _TRIES:
                continue
            if start and lowered[start - 1].isalnum():
                continue
            tried[number] = tried.get(number, 0) + 1
            match = self._patterns[number].search(lowered, max(0, start - _BEFORE), end + _AFTER)
            if match:
                found[number] = match
        return found


def _anchors(pattern: str) -> list[str]:
    """Return the literals of the pattern's rarest token: the one whose shortest alternative is longest."""
    tokens = [token for token in pattern.split() if token not in {"...", "#"} and not token.endswith("?")]
    rarest = max(tokens, key=lambda token: min(len(word) for word in token.split("|")))
    return [word.rstrip("*") for word in rarest.split("|")]


def _expression(pattern: str) -> str:
    parts: list[str] = []
    first = True
    for token in pattern.split():
        if token == "...":
            parts.append(rf"(?:{_GAP}[\w']{{1,25}}){{0,5}}?")
            continue
        gap = "" if first else _GAP
        body = _word(token.removesuffix("?"))
        parts.append(f"(?:{gap}{body})?" if token.endswith("?") else gap + body)
        first = False
    return rf"(?<![\w'])(?:{''.join(parts)})(?!\w)"


def _word(token: str) -> str:
    return f"(?:{'|'.join(map(_alternative, token.split('|')))})"


def _alternative(word: str) -> str:
    if word == "#":
        return _NUMBERS
    return re.escape(word.rstrip("*")) + (r"\w{0,20}" if word.endswith("*") else "")
