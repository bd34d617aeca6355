"""The usual language of a source: most of what it brought first, where that could tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flywheel.understand.language import UNKNOWN, detect
from flywheel.understand.tokens import own_words

FIRST = 400
"""Texts of a source that are looked at, its first: what follows changes nothing, so a text is always read alike."""

_TELLING = 30
"""Characters from which a text's language is sure enough to speak for its source (.99 right)."""

_FEWEST = 30
"""Telling texts below which a source has no usual language."""

_MOST = 0.9
"""Share of the telling texts that must be in one language. What is declared needs no such proof."""


def usual_language(texts: Sequence[str]) -> str | None:
    """Return the language, any at all, of nearly all telling texts among the first ones, or None."""
    telling = [own for own in map(own_words, texts[:FIRST]) if len(own.strip()) >= _TELLING]
    found = Counter(detect(own) for own in telling)
    del found[UNKNOWN]
    if len(telling) < _FEWEST or not found:
        return None
    [(language, n)] = found.most_common(1)
    return language if n >= _MOST * len(telling) else None
