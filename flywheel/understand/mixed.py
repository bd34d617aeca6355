"""Texts in two languages: which sentences are in which, so that each is read in its own."""

from __future__ import annotations

import re
from collections import Counter

from flywheel.understand.language import UNKNOWN, detect

MIXED = "mixed"

_ENOUGH = 30
"""Characters from which a sentence's language is sure enough to call a text mixed."""

_MOST_SENTENCES = 40
"""Sentences that are looked at: who has not changed the language by then writes in one."""

_SHARE = 0.25
"""Share of a text's letters that a second language must have: a greeting or a quoted name is not one."""

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*")


def parts(own: str, readable: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (language, text) for each language of a mixed text, the one with most letters first; else nothing.

    The text of a language has spaces for the sentences of others, so that every word keeps its place. A sentence too
    short to tell goes with the one before it.
    """
    if len(own) < 2 * _ENOUGH:
        return []
    spans = [match.span() for match in _SENTENCE.finditer(own)]
    sizes = [len(own[start:end].strip()) if end - start >= _ENOUGH else 0 for start, end in spans]
    if sum(size >= _ENOUGH for size in sizes) < 2:
        return []
    letters: Counter[str] = Counter()
    spoken: list[str] = []
    for (start, end), size in zip(spans, sizes, strict=True):
        known = size >= _ENOUGH and len(spoken) < _MOST_SENTENCES
        spoken.append(detect(own[start:end]) if known else UNKNOWN)
        letters[spoken[-1]] += size
    del letters[UNKNOWN]
    enough = [code for code, n in letters.most_common(2) if n >= _SHARE * letters.total() and code in readable]
    if len(enough) < 2:
        return []
    return [(code, _only(own, spans, _filled(spoken), code)) for code in enough]


def _filled(spoken: list[str]) -> list[str]:
    filled, last = [], next(language for language in spoken if language != UNKNOWN)
    for language in spoken:
        last = last if language == UNKNOWN else language
        filled.append(last)
    return filled


def _only(own: str, spans: list[tuple[int, int]], spoken: list[str], code: str) -> str:
    pieces, at = [], 0
    for (start, end), language in zip(spans, spoken, strict=True):
        pieces.append(" " * (start - at))
        pieces.append(own[start:end] if language == code else " " * (end - start))
        at = end
    return "".join(pieces) + " " * (len(own) - at)
