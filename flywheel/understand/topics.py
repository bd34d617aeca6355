"""Topics from the taxonomy: whole words and phrases, one Aho-Corasick automaton per taxonomy and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from flywheel.domain.reading import TopicRule

Key = tuple[tuple[str, str | None, tuple[str, ...]], ...]

_CLAUSE_END = re.compile(r"[.!?;\n]+|, (?:but|ale|lecz|yet|though|however)\b|\b(?:but|ale|lecz) ")


@dataclass(frozen=True, slots=True)
class Found:
    """A topic in one text, by the longest words that name it; `start` and `end` are places in the text."""

    topic: str
    touchpoint: str | None
    start: int
    end: int


class TopicFinder:
    """Finds the topics of one language's words."""

    def __init__(self, rules: Key) -> None:
        """Build the automaton; a word that several topics name counts for each of them."""
        self._rules = rules
        self._patterns = [
            (rule, word.rstrip("*"), word.endswith("*")) for rule, (_, _, words) in enumerate(rules) for word in words
        ]
        literals = [_lowered(literal) for _, literal, _ in self._patterns]
        self._automaton = AhoCorasick(literals, implementation=Implementation.DFA) if literals else None

    def find(self, text: str) -> list[Found]:
        """Return at most one mention per topic, in the order of the taxonomy."""
        if self._automaton is None:
            return []
        lowered = _lowered(text)
        best: dict[int, tuple[int, int]] = {}
        for pattern, start, end in self._automaton.find_matches_as_indexes(lowered, overlapping=True):
            rule, _, open_ended = self._patterns[pattern]
            if start and _inside_word(lowered[start - 1]) and _inside_word(lowered[start]):
                continue
            stop = _word_end(lowered, end)
            if stop > end and not open_ended and _inside_word(lowered[end - 1]):
                continue
            found = (start, stop if open_ended else end)
            if rule not in best or found[1] - start > best[rule][1] - best[rule][0]:
                best[rule] = found
        return [Found(self._rules[rule][0], self._rules[rule][1], *best[rule]) for rule in sorted(best)]


def finder(taxonomy: tuple[TopicRule, ...], language: str) -> TopicFinder:
    """Return the finder of a taxonomy's words in one language; finders are kept, for a cycle asks for few."""
    return _finder(tuple((rule.topic, rule.touchpoint, rule.words.get(language, ())) for rule in taxonomy))


def clause(text: str, start: int, end: int) -> str:
    """Return the clause around a mention, by which it is judged: "good crew, but my bag was lost"."""
    left = max((match.end() for match in _CLAUSE_END.finditer(text, max(0, start - 400), start)), default=0)
    right = _CLAUSE_END.search(text, end, end + 400)
    return text[max(left, start - 400) : right.end() if right else end + 400]


@lru_cache(maxsize=64)
def _finder(rules: Key) -> TopicFinder:
    return TopicFinder(rules)


def _inside_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _word_end(text: str, end: int) -> int:
    while end < len(text) and _inside_word(text[end]):
        end += 1
    return end


def _lowered(text: str) -> str:
    """Lower the case without moving any character: a few capitals ("İ") grow when lowered."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
