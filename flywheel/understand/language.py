"""Which language a text is in: eldc, helped by what its source says or usually brings, by word lists, by caution."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import eldc  # type: ignore[import-untyped]  # it ships neither stubs nor a marker

from flywheel.understand.lexicon import load_lexicon, readable_languages
from flywheel.understand.tokens import tokens

UNKNOWN = "und"

_LOOKALIKES = frozenset({"ca", "eu", "yo", "ku", "sq", "az", "et", "is", "tl", "lv", "ms"})
"""Languages that short texts of those we read are taken for more often than they are written."""

_SHORT = 24
"""Letters under which the declared language is believed rather than eldc (.982 right under 50 characters)."""

_FEW = 12
"""Tokens up to which a text that eldc cannot place is given to the language whose words it has."""

_A_WORD_OR_TWO = 2
"""Words that are often of many languages: "excelente" is Portuguese and Spanish, "super" nearly everything."""

_LONG = 60
"""Characters from which the languages that short texts are mistaken for are thought of, too."""

_MOST = 0.5
"""Share of a text's words that must be known before eldc is overruled: "die" and "war" are English words too."""

_NEAR = 0.85
"""A language is still possible when its score is this share of the best one's."""


def identify(own: str, declared: str | None, readable: tuple[str, ...], usual: str | None = None) -> str:
    """Return the ISO 639-1 code of a text's language, or "und"; a declared language wins where it is possible.

    Where none is declared, `usual`, which most texts of the same source are in, wins where the text cannot tell.
    """
    found = _found(own, readable)
    known = _code(declared) if declared else None
    if known is None:
        return _undeclared(own, found, readable, usual)
    if found == known:
        return found
    if known != UNKNOWN:
        return known if _possible(own, known, found) else found
    return _doubtful(own, found, readable)


def detect(own: str) -> str:
    """Return the code of the language that a text's letters look like, whatever can be read, or "und"."""
    return str(_detector().detect(own))


def _found(own: str, readable: tuple[str, ...]) -> str:
    """Return what the text looks like: a mark of its own script decides, then eldc; one word is of many languages."""
    if "es" in readable and ("¿" in own or "¡" in own):
        return "es"
    found = str(_detector().detect(own))
    if found not in readable:
        return found
    if len(own) >= _LONG:
        wide = str(_wide_detector().detect(own))
        return wide if wide in _LOOKALIKES else found
    if len(own) < _SHORT and found != readable[0]:
        words = tokens(own)
        if len(words) <= _A_WORD_OR_TWO and _known_share(words, readable[0]) == 1.0:
            return readable[0]
    return found


@lru_cache(maxsize=1_000)
def _code(declared: str) -> str:
    return declared.replace("_", "-").split("-")[0].lower()


@cache
def _detector() -> Any:
    eldc.init()
    detector = eldc.instance()
    detector.set_languages([code for code in eldc.LANGUAGES if code not in _LOOKALIKES])
    return detector


@cache
def _wide_detector() -> Any:
    eldc.init()
    detector = eldc.instance()
    detector.set_languages(list(eldc.LANGUAGES))
    return detector


def _undeclared(own: str, found: str, readable: tuple[str, ...], usual: str | None) -> str:
    if usual is not None and (found == usual or _cannot_tell(own, found, usual)):
        return usual
    if found in readable and len(own) > _SHORT:
        return found
    return _doubtful(own, found, readable)


def _possible(own: str, known: str, found: str) -> bool:
    if found == UNKNOWN:
        return True
    scores = _detector().detect_details(own).scores
    near = scores.get(known, 0.0) >= _NEAR * max(scores.values(), default=1.0)
    letters = sum(map(str.isalpha, own[:400]))
    return near or (letters < _SHORT and _same_script(own, known))


def _cannot_tell(own: str, found: str, usual: str) -> bool:
    """Return whether a text may as well be in the usual language: a word or two, or scores that are close."""
    words = tokens(own[:400])
    if not _same_script(own, usual) or _known_share(words, found) > max(_known_share(words, usual), _MOST):
        return False
    if found == UNKNOWN or len(words) <= _A_WORD_OR_TWO:
        return True
    scores = _detector().detect_details(own).scores
    return bool(scores.get(usual, 0.0) >= _NEAR * max(scores.values(), default=1.0))


def _same_script(own: str, known: str) -> bool:
    """Return whether a short text could be `known` by its letters; eldc names one language for a foreign script."""
    latin = sum(character.isalpha() and character < "\u0250" for character in own[:400])
    return latin * 2 > sum(map(str.isalpha, own[:400])) or known not in readable_languages()


def _doubtful(own: str, found: str, readable: tuple[str, ...]) -> str:
    """Decide where eldc sees nothing, a language we cannot read, or has little to go by: known words decide."""
    words = tokens(own[:400])
    hits = {code: _known_share(words, code) for code in readable}
    if found == UNKNOWN:
        best = max(readable, key=lambda code: hits[code])
        return best if hits[best] > 0 and len(words) <= _FEW else UNKNOWN
    if found not in readable and len(words) <= _A_WORD_OR_TWO and 1.0 in hits.values():
        return max(readable, key=lambda code: hits[code])
    scores = _detector().detect_details(own).scores
    enough = _NEAR * max(scores.values(), default=1.0)
    near = [
        code for code in readable if scores.get(code, 0.0) >= enough and hits[code] > max(_MOST, hits.get(found, 0.0))
    ]
    return max(near, key=lambda code: (hits[code], scores[code]), default=found)


def _known_share(words: list[str], language: str) -> float:
    if language not in readable_languages():
        return 0.0
    lexicon = load_lexicon(language)
    known = [lexicon.word(word) for word in words if word[0].isalpha()]
    return sum(word.kind != "word" or word.valence != 0 for word in known) / max(len(known), 1)
