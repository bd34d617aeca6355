"""Words of many texts as counts, for finding what they are about: no function words, no brands, no handles."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.tokens import own_words

_WORD = re.compile(r"[^\W\d_]{2,}(?:['\u2019][^\W\d_]+)*")
_HANDLE = re.compile(r"@(\w{2,30})")
_MOST_WORDS = 60
"""Different words of a text that are counted: a long one must not cost, or weigh, what a thousand short ones do."""
_VOCABULARY = 3_000
_FEWEST = 5
"""Texts that must have a word before it can name anything: fewer, and it may name somebody."""
_COMMON = 0.5
"""Share of the texts beyond which a word tells none of them from the others."""
_HANDLES = 3
_SHORT_PART = 3


@dataclass(frozen=True, slots=True)
class Words:
    """Which known words stand in which texts: pairs sorted by row, each once; `often` counts texts by word."""

    rows: int
    row: Index
    word: Index
    names: list[str]
    often: Index


def words_of(texts: list[str], language: str, brands: Iterable[str]) -> Words:
    """Return the words of texts in one language; brand names, their parts and whatever is a @handle are left out."""
    out = stop_words(language) | _names(brands) | _handles(texts)
    number: dict[str, int] = {}
    row: list[int] = []
    word: list[int] = []
    for at, text in enumerate(texts):
        own = own_words(text).lower().replace("\u2019", "'")
        kept = list(dict.fromkeys(one for one in map(_plain, _WORD.findall(own)) if one not in out))[:_MOST_WORDS]
        row += [at] * len(kept)
        word += [number.setdefault(one, len(number)) for one in kept]
    return _known(len(texts), np.array(row, np.int64), np.array(word, np.int64), list(number))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return words that stand in any text, whatever it is about; none for a language that has no list."""
    lists = json.loads((files("flywheel.understand") / "data_themes" / "stop_words.json").read_text("utf-8"))
    return frozenset(lists.get(language, "").split())


def _plain(word: str) -> str:
    return word.removesuffix("'s")


def _names(brands: Iterable[str]) -> frozenset[str]:
    """Return each name, its words, and its words written together ("us airways", "airways", "usairways")."""
    found: set[str] = set()
    for brand in brands:
        parts = _WORD.findall(brand.lower())
        found.update(part for part in parts if len(part) >= _SHORT_PART)
        found.update((brand.lower(), "".join(parts)))
    return frozenset(found)


def _handles(texts: list[str]) -> frozenset[str]:
    handles = Counter(one for text in texts if "@" in text for one in set(_HANDLE.findall(text.lower())))
    return frozenset(name for name, n in handles.items() if n >= _HANDLES)


def _known(rows: int, row: Index, word: Index, names: list[str]) -> Words:
    often = np.bincount(word, minlength=len(names))
    order = np.argsort(-often, kind="stable")
    kept = order[(often[order] >= _FEWEST) & (often[order] <= max(_COMMON * rows, _FEWEST))][:_VOCABULARY]
    place = np.full(len(names), -1)
    place[kept] = np.arange(len(kept))
    there = place[word] >= 0
    return Words(rows, row[there], place[word[there]], [names[k] for k in kept.tolist()], often[kept])
