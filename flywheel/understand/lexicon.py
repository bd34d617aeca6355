"""The words of one language with their charge: valence (-4..4), negators, intensifiers, contrast, phrases, emoji."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Literal, NamedTuple, get_args

Kind = Literal[
    "word", "negator", "booster", "contrast", "break", "exclaim", "question", "sign", "number", "comma", "stop"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

MAX_WORD = 40
"""Longer runs of letters are noise: they are not looked up."""

_ELONGATED = re.compile(r"(.)\1{2,}")
_CAMEL = re.compile(r"[A-Z][a-z]+|[a-z]+|[A-Z]+(?![a-z])")
BARE = str.maketrans("ąćęłńóśźżäöüéèêëàâáãåçñíìîïôòõúùûÿ", "acelnoszzaoueeeeaaaaacniiiiooouuuy")
"""Letters without what many leave out, one for one."""
_FOLD = BARE | str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae"})
_EYES = (":", "=", ";", ":'", ":\u2019", ":-", ";-", "=-")
_MOUTHS = {")": 2.0, "]": 2.0, "D": 2.0, "P": 1.0, "p": 1.0, "(": -2.0, "[": -2.0, "/": -1.5, "|": -1.0}
_MARKS: dict[str, Kind] = {
    "!": "exclaim", "?": "question", ",": "comma", ".": "stop", "…": "stop", ";": "stop",
}  # fmt: skip


class Word(NamedTuple):
    """What the lexicon knows of one token; `boost` is an intensifier's factor or the length of a run of marks."""

    kind: Kind
    term: str = ""
    valence: float = 0.0
    boost: float = 1.0
    caps: bool = False
    elongated: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language; `stems` match any ending, the longest wins.

    `folded` means that accents may be missing, `elided` that a word may have lost its first part ("l'accueil").
    """

    language: str
    folded: bool
    elided: bool
    words: dict[str, float]
    stems: dict[str, float]
    negators: frozenset[str]
    boosters: dict[str, float]
    contrast: frozenset[str]
    phrases: dict[tuple[str, ...], float]
    signs: dict[str, float]

    def word(self, token: str) -> Word:
        """Return what is known of a token; pure, so that a batch may look each distinct token up once."""
        if not token[0].isalpha():
            return self._mark(token)
        caps = len(token) > 1 and token.isupper()
        term = self.plain(token[:MAX_WORD])
        elongated = _ELONGATED.search(term) is not None
        valence = None if len(token) > MAX_WORD else self.valence(term)
        if valence is None and elongated:
            valence, term = self._shortened(term)
        if valence is None and len(token) > 4 and not caps and not token[1:].islower():
            valence = self._camel(token[:MAX_WORD])
        kind: Kind = (
            "negator" if term in self.negators
            else "booster" if term in self.boosters
            else "contrast" if term in self.contrast
            else "word"
        )  # fmt: skip
        return Word(kind, term, valence or 0.0, self.boosters.get(term, 1.0), caps, elongated)

    def term(self, token: str) -> str:
        """Return what a token is known by wherever words are counted: "Sooooo" is "soo", "!!!!" is "!!"."""
        term = self.word(token).term or token[:2]
        return _ELONGATED.sub(r"\1\1", term) if term[0].isalpha() else term

    def valence(self, term: str) -> float | None:
        """Return the valence of a plain lower-case term, -4..4, or None where the lexicon does not have it."""
        found = self.words.get(term)
        for end in range(len(term), 2, -1) if found is None and self.stems else ():
            found = self.stems.get(term[:end])
            if found is not None:
                break
        return self.words.get(term[:-2]) if found is None and term.endswith("'s") else found

    def plain(self, token: str) -> str:
        """Return a token as the lexicon has it: lower case, without what may be missing."""
        return _plain(token, folded=self.folded, elided=self.elided)

    def _mark(self, token: str) -> Word:
        if token in self.signs:
            return Word("sign", token, self.signs[token])
        if token[0].isdigit():
            return Word("number", "#")
        return Word(_MARKS.get(token[0], "break"), boost=float(min(len(token), 4)))

    def _shortened(self, term: str) -> tuple[float | None, str]:
        for repeat in (r"\1\1", r"\1"):
            short = _ELONGATED.sub(repeat, term)
            valence = self.valence(short)
            if valence is not None or short in self.boosters or short in self.negators:
                return valence, short
        return None, term

    def _camel(self, token: str) -> float | None:
        parts = [self.valence(self.plain(part)) or 0.0 for part in _CAMEL.findall(token)]
        return max(parts, key=abs) if len(parts) > 1 and any(parts) else None


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read the word file of a language from the package, once per process."""
    raw = _json(f"{language}.json")
    folded, elided = bool(raw["folded"]), bool(raw.get("elided"))

    def plain(term: str) -> str:
        return " ".join(_plain(word, folded=folded, elided=elided) for word in term.split())

    charges = _included(raw.get("include"))
    charges |= {plain(term): float(value) for value, terms in raw["words"].items() for term in terms.split()}
    return Lexicon(
        language=language,
        folded=folded,
        elided=elided,
        words={term: value for term, value in charges.items() if not term.endswith("*")},
        stems={term[:-1]: value for term, value in charges.items() if term.endswith("*")},
        negators=frozenset(plain(raw["negators"]).split()),
        boosters={plain(term): float(value) for value, terms in raw["boosters"].items() for term in terms.split()},
        contrast=frozenset(plain(raw["contrast"]).split()),
        phrases={
            tuple(plain(phrase).split()): float(value)
            for value, phrases in raw["phrases"].items()
            for phrase in phrases.split("|")
        },
        signs=_signs(),
    )


@cache
def readable_languages() -> tuple[str, ...]:
    """Return the languages for which the package has a word list, in alphabetical order."""
    names = (item.name for item in (files("flywheel.understand") / "data").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if len(name) == 7 and name.endswith(".json")))


def _plain(token: str, *, folded: bool, elided: bool) -> str:
    term = token.lower().replace("\u2019", "'")
    if elided and "'" in term:
        term = term[term.rindex("'") + 1 :] or term
    return term.translate(_FOLD) if folded else term


def _included(name: str | None) -> dict[str, float]:
    if name is None:
        return {}
    lines = (files("flywheel.understand") / "data" / name).read_text("utf-8").splitlines()
    return {term: float(value) for term, _, value in (line.partition("\t") for line in lines)}


def _signs() -> dict[str, float]:
    emoji = {sign: float(value) for value, signs in _json("emoji.json").items() for sign in signs}
    return emoji | {eyes + mouth: _MOUTHS[mouth] for eyes, mouth in product(_EYES, _MOUTHS)} | {"<3": 2.5}


def _json(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((files("flywheel.understand") / "data" / name).read_text("utf-8"))
    return raw
