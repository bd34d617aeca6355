"""The charge of each token in its place: phrases, negation, intensifiers and capitals, vectorised over a batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.lexicon import KINDS, MAX_WORD, Kind, Lexicon, Word, load_lexicon

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEGATION_REACH = 4
"""Tokens after a negator that it turns, within its clause."""

NEGATED = -0.6
"""What negation does to a valence: "not bad" is less good than "good" (VADER measured -0.74, Hutto 2014)."""

CAPITALS = 1.2
"""How much louder a word in capitals is where the rest is not."""

_BASE = 4096  # phrase words are numbered below it, so that four of them fit one 64-bit key


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch, flat; `row` is each token's text, all other arrays have one value per token."""

    rows: int
    row: Index
    place: Index
    start: Index
    charge: Array
    boost: Array
    caps: Mask
    elongated: Mask
    kinds: dict[Kind, Mask]


def charged(lexicon: Lexicon, token_lists: list[list[str]]) -> Tokens:
    """Return every token with its charge in its place."""
    tokens, part = _looked_up(lexicon, token_lists)
    row, kinds, caps = tokens.row, tokens.kinds, tokens.caps
    charge, covered = _with_phrases(lexicon.language, tokens.charge, part, row)
    turned = _turned(tokens.start, kinds["negator"] & ~covered, kinds["break"] | kinds["comma"]) & ~covered
    charge *= np.where(turned, NEGATED, 1.0) * _intensity(row, np.where(kinds["booster"], tokens.boost, 1.0))
    shouted = (np.bincount(row, caps, tokens.rows) > 0.6 * np.bincount(row, said(kinds), tokens.rows))[row]
    charge[caps & ~shouted] *= CAPITALS
    return replace(tokens, charge=charge)


def said(kinds: dict[Kind, Mask]) -> Mask:
    """Return which tokens are words."""
    return kinds["word"] | kinds["negator"] | kinds["booster"] | kinds["contrast"]


def _looked_up(lexicon: Lexicon, token_lists: list[list[str]]) -> tuple[Tokens, Index]:
    """Return the tokens with their bare valence, and their phrase words; each distinct token is looked up once."""
    flat = list(chain.from_iterable(token_lists))
    known = {token: number for number, token in enumerate(dict.fromkeys(flat))}
    at = np.fromiter(map(known.__getitem__, flat), np.int64, len(flat))
    words = [_word(lexicon.language, token) if len(token) <= MAX_WORD else lexicon.word(token) for token in known]
    parts, rows = _phrase_words(lexicon.language), len(token_lists)
    lengths = np.fromiter(map(len, token_lists), np.int64, rows)
    kind_of = np.array([KINDS.index(word.kind) for word in words], np.int8)[at]
    tokens = Tokens(
        rows=rows,
        row=np.repeat(np.arange(rows), lengths),
        place=np.arange(len(flat)),
        start=np.repeat(np.cumsum(lengths) - lengths, lengths),
        charge=np.array([word.valence for word in words], np.float64)[at],
        boost=np.array([word.boost for word in words], np.float64)[at],
        caps=np.array([word.caps for word in words], np.bool_)[at],
        elongated=np.array([word.elongated for word in words], np.bool_)[at],
        kinds={kind: kind_of == number for number, kind in enumerate(KINDS)},
    )
    return tokens, np.array([parts.get(word.term, 0) for word in words], np.int64)[at]


@lru_cache(maxsize=50_000)
def _word(language: str, token: str) -> Word:
    return load_lexicon(language).word(token)


@cache
def _phrase_words(language: str) -> dict[str, int]:
    parts = sorted({part for phrase in load_lexicon(language).phrases for part in phrase})
    return {part: number for number, part in enumerate(parts, start=1)}


@cache
def _phrase_keys(language: str) -> list[tuple[int, Index, Array]]:
    """Return the phrases as (length, sorted keys, valences), longest first."""
    number, tables = _phrase_words(language), []
    phrases = load_lexicon(language).phrases
    for length in sorted({len(phrase) for phrase in phrases}, reverse=True):
        keyed = sorted(
            (sum(number[part] * _BASE**power for power, part in enumerate(reversed(phrase))), valence)
            for phrase, valence in phrases.items()
            if len(phrase) == length
        )
        tables.append((length, np.array([key for key, _ in keyed]), np.array([valence for _, valence in keyed])))
    return tables


def _with_phrases(language: str, valence: Array, part: Index, row: Index) -> tuple[Array, Mask]:
    """Lay the valence of phrases over that of their words; return it and which tokens a phrase covers."""
    covered = np.zeros(len(valence), np.bool_)
    for length, keys, valences in _phrase_keys(language):
        n = len(valence) - length + 1
        if n <= 0:
            continue
        key, valid = np.zeros(n, np.int64), row[length - 1 :] == row[:n]
        for shift in range(length):
            key = key * _BASE + part[shift : shift + n]
            valid &= (part[shift : shift + n] > 0) & ~covered[shift : shift + n]
        spot = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        for first in np.flatnonzero(valid & (keys[spot] == key)):
            if not covered[first]:
                valence[first : first + length] = 0.0
                valence[first] = valences[spot[first]]
                covered[first : first + length] = True
    return valence, covered


def _turned(start: Index, negates: Mask, breaks: Mask) -> Mask:
    place = np.arange(len(start))
    negator = np.maximum.accumulate(np.where(negates, place, -1))
    before = np.concatenate((np.array([-1]), negator[:-1])) if len(start) else negator
    halt = np.maximum.accumulate(np.where(breaks, place, -1))
    turned: Mask = (before >= start) & (before > halt) & (place - before <= NEGATION_REACH)
    return turned


def _intensity(row: Index, boost: Array) -> Array:
    """Return the factor that the one or two tokens before give each token; the farther one counts half."""
    factor = np.ones(len(row))
    for back in (1, 2):
        same = row[back:] == row[:-back]
        factor[back:] *= np.where(same, 1.0 + (boost[:-back] - 1.0) / back, 1.0)
    return factor
