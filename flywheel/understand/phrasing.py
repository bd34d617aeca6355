"""A small language for rules about wording: "wait* ... # hour*|day*" as data, matched in linear time.

Tokens are parted by spaces: `a|b` either, `word*` any ending, `#` a number (also in words), `...` up to five words
between, within a sentence, `word?` a word that may be missing. A pattern is tried only near its longest literal, in
a window of fixed size, so that no text is slow however it is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flywheel.understand.lexicon import BARE


def lowered(text: str, *, folded: bool = False) -> str:
    """Return a text as patterns are looked for in it, as long as in lower case; folded, it has lost its accents."""
    plain = text.lower().replace("\u2019", "'")
    return plain.translate(BARE) if folded else plain


def both_spellings(words: str) -> frozenset[str]:
    """Return the words between spaces, with their accents and without."""
    return frozenset([*words.split(), *lowered(words, folded=True).split()])


_BEFORE, _AFTER = 90, 150
"""Characters around a pattern's anchor in which it must fit."""

_TRIES = 40
"""Anchors looked at per text: a text that repeats one word for ever has said it by then."""

_COMMON_WORDS = """
a i be an the my our we it is are am was been have has had you u your they this that to in on of or and not no can
could would will want need get help may might as do does how so now all back for from with call flight today
nie na do w z za po czy jak to jest co się mi mam mnie nas jeszcze już
der die das und ist nicht ich wir sie mein meine unser auf mit von zu zum den dem für im es ein kann haben habe seit
le la les de des du un une et est je nous vous pas plus mon ma dans sur pour que qui en ce au ai me
el los las que y es no en con por para mi me se lo un una su al hace nos
il lo gli che non per di da con mi si in un una ho mio mia del
o os as não nao que e em um uma para meu minha do da no na com me se
de het een en is niet ik wij we mijn op met van te voor dat ze al naar heb
"""
_COMMON = both_spellings(_COMMON_WORDS)
"""Words of so many texts that looking for a pattern around them would cost more than all the rest."""

_WORD_START = re.compile(r"(?<![\w'])[\w']")
_GAP = r"[^\w.!?\n]{1,3}"
DIGITS = 4
_NUMBER_WORDS = (
    "a an one two three four five six seven eight nine ten several many few couple jeden jedną jedna dwa dwie trzy "
    "cztery pięć sześć siedem osiem dziewięć dziesięć kilka parę godzinę "
    "einer eine einem einen zwei drei vier fünf sechs sieben acht neun zehn mehrere einige "
    "un une deux trois quatre cinq sept huit neuf dix plusieurs quelques "
    "una dos tres cuatro cinco siete ocho nueve diez varias varios "
    "due tre quattro cinque sette otto nove dieci parecchie diverse "
    "uma dois duas três quatro sete oito nove dez várias vários "
    "een twee drie vier vijf zes zeven acht negen tien meerdere enkele"
)
NUMBER_WORDS = tuple(sorted(both_spellings(_NUMBER_WORDS)))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern; `anchors` are the words of its rarest token, and whether any ending may follow.

    `before` is how far back of an anchor the pattern may begin, in characters.
    """

    pattern: str
    anchors: tuple[tuple[str, bool], ...]
    before: int

    def find(self, lowered: str) -> tuple[int, int, re.Match[str]] | None:
        """Return the first match in a lower-case text, behind the end and the start of the anchor it was found by."""
        places: list[tuple[int, int]] = []
        for literal, open_ended in self.anchors:
            if literal in lowered:
                places += _whole_words(lowered, literal, open_ended)
        places.sort()
        for end, start in places:
            match = self._match(lowered, start)
            if match:
                return end, start, match
        return None

    def _match(self, lowered: str, start: int) -> re.Match[str] | None:
        expression = _compiled(self.pattern)
        if self.before == _BEFORE:
            return expression.search(lowered, max(0, start - _BEFORE), start + _AFTER)
        if self.before == 0:
            return expression.match(lowered, start, start + _AFTER)
        for word in _WORD_START.finditer(lowered, max(0, start - self.before), start + 1):
            match = expression.match(lowered, word.start(), start + _AFTER)
            if match:
                return match
        return None


class Phrases:
    """Several patterns of which one is enough."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Gather the anchors of all: most texts have none of them."""
        self._anchored = [(literal, phrase(each)) for each in patterns for literal, _ in phrase(each).anchors]

    def first(self, lowered: str) -> str | None:
        """Return the words of the first pattern, in their order, that occurs in a lower-case text."""
        for literal, each in self._anchored:
            found = each.find(lowered) if literal in lowered else None
            if found:
                return found[2][0]
        return None

    def occur(self, lowered: str) -> bool:
        """Return whether one of the patterns occurs in a lower-case text."""
        near = [each for literal, each in self._anchored if literal in lowered]
        return any(each.find(lowered) for each in near)


@cache
def phrase(pattern: str) -> Phrase:
    """Return a pattern ready to be found; it is compiled when one of its anchors is first seen."""
    tokens = pattern.split()
    literal = [piece for piece in tokens if "#" not in piece and piece != "..." and not piece.endswith("?")]
    rarest = min(literal, key=_commonness)
    before = min(_BEFORE, sum(map(_longest, tokens[: tokens.index(rarest)])))
    anchors = tuple((word.rstrip("*"), word.endswith("*")) for word in dict.fromkeys(rarest.split("|")))
    return Phrase(pattern, anchors, before)


def _whole_words(lowered: str, literal: str, open_ended: bool) -> list[tuple[int, int]]:  # noqa: FBT001
    """Return (end, start) of the first places where a literal stands as a word, or begins one."""
    found: list[tuple[int, int]] = []
    start = lowered.find(literal)
    while start >= 0 and len(found) < _TRIES:
        end = start + len(literal)
        if not (start and lowered[start - 1].isalnum()) and (open_ended or not lowered[end : end + 1].isalnum()):
            found.append((end, start))
        start = lowered.find(literal, start + 1)
    return found


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
        return rf"\d{{1,{DIGITS}}}|{'|'.join(NUMBER_WORDS)}"
    return re.escape(word.rstrip("*")) + (r"\w{0,20}" if word.endswith("*") else "")
