"""The charge of each token in its place: phrases, negation, intensifiers and capitals, vectorised over a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.lexicon import KINDS, Kind, load_lexicon
from flywheel.understand.vocabulary import KIND_CODES, Array, Chunks, Codes, Mask, phrase_words

NEGATION_REACH = 4
"""Tokens after a negator that it turns, within its clause."""

NEGATED = -0.6
"""What negation does to a valence: "not bad" is less good than "good" (VADER measured -0.74, Hutto 2014)."""

CAPITALS = 1.2
"""How much louder a word in capitals is where the rest is not."""

SAID = tuple(KIND_CODES[kind] for kind in ("word", "negator", "booster", "contrast"))
"""The kinds of token that are words."""

HALTS = tuple(KIND_CODES[kind] for kind in ("break", "stop", "comma"))
"""The kinds of token over which no negation reaches."""

LONGEST_PHRASE = 6
"""Words of a phrase."""

_BASE = 1024  # phrase words are numbered below it, so that LONGEST_PHRASE of them fit one 64-bit key


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch, flat; `row` is each token's text, `charge` its charge in its place, `kind` one of KINDS.

    `size` has one value per text: how many tokens it has; `kinds` how many of each kind, shape (texts, len(KINDS)).
    """

    size: Index
    kinds: Array
    row: Index
    charge: Array
    kind: Codes
    boost: Array
    caps: Mask
    elongated: Mask

    def at(self, kind: Kind) -> Index:
        """Return where the tokens of a kind stand."""
        return np.flatnonzero(self.kind == KIND_CODES[kind])


def charged(language: str, chunks: Chunks) -> Tokens:
    """Return every token with its charge in its place."""
    words = chunks.words()
    kinds = np.bincount(words.row * len(KINDS) + words.kind, minlength=chunks.rows * len(KINDS))
    tokens = Tokens(
        size=np.bincount(words.row, minlength=chunks.rows),
        kinds=kinds.reshape(chunks.rows, len(KINDS)).astype(np.float64),
        row=words.row,
        charge=words.valence,
        kind=words.kind,
        boost=words.boost,
        caps=words.caps,
        elongated=words.elongated,
    )
    _weigh(tokens, _lay_phrases(language, tokens.charge, words.part, words.row))
    return tokens


def _weigh(tokens: Tokens, covered: Mask) -> None:
    """Turn and weigh, in place, the charge of tokens that have one."""
    start = np.cumsum(tokens.size) - tokens.size
    place = np.flatnonzero(tokens.charge)
    row, charge = tokens.row[place], tokens.charge[place]
    halts = np.isin(tokens.kind, HALTS)
    negates = (tokens.kind == KIND_CODES["negator"]) & ~covered
    turned = _turned(place, start[row], negates, halts) & ~covered[place]
    boost = np.where(tokens.kind == KIND_CODES["booster"], tokens.boost, 1.0)
    charge = charge * (np.where(turned, NEGATED, 1.0) * _intensity(place, start[row], boost))
    shouted = np.bincount(tokens.row[tokens.caps], minlength=len(tokens.size)) > 0.6 * said(tokens)
    charge[tokens.caps[place] & ~shouted[row]] *= CAPITALS
    tokens.charge[place] = charge


def said(tokens: Tokens) -> Array:
    """Return how many tokens of each text are words."""
    return np.asarray(tokens.kinds[:, SAID].sum(axis=1))


@cache
def _phrase_keys(language: str) -> list[tuple[int, Index, Array]]:
    """Return the phrases as (length, sorted keys, valences), longest first."""
    number, tables = phrase_words(language), []
    phrases = load_lexicon(language).phrases
    if len(number) >= _BASE or max(map(len, phrases)) > LONGEST_PHRASE:
        raise ValueError(
            f"Phrases of {language!r}: {len(number)} words, longest {max(map(len, phrases))}; there is room for "
            f"{_BASE - 1} words and phrases of {LONGEST_PHRASE}."
        )
    for length in sorted({len(phrase) for phrase in phrases}, reverse=True):
        keyed = sorted(
            (sum(number[part] * _BASE**power for power, part in enumerate(reversed(phrase))), valence)
            for phrase, valence in phrases.items()
            if len(phrase) == length
        )
        tables.append((length, np.array([key for key, _ in keyed]), np.array([valence for _, valence in keyed])))
    return tables


def _lay_phrases(language: str, valence: Array, part: Index, row: Index) -> Mask:
    """Lay the valence of phrases over that of their words, in place; return which tokens a phrase covers."""
    covered = np.zeros(len(valence), np.bool_)
    tables = _phrase_keys(language)
    starts = _starts(part, row, longest=tables[0][0])
    for length, keys, valences in tables:
        first = starts[length]
        key, free = np.zeros(len(first), np.int64), np.ones(len(first), np.bool_)
        for shift in range(length):
            key = key * _BASE + part[first + shift]
            free &= ~covered[first + shift]
        spot = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        hits = np.flatnonzero(free & (keys[spot] == key))
        hits = hits[_apart(first[hits], length)]
        for shift in range(length):
            valence[first[hits] + shift] = 0.0
            covered[first[hits] + shift] = True
        valence[first[hits]] = valences[spot[hits]]
    return covered


def _starts(part: Index, row: Index, *, longest: int) -> dict[int, Index]:
    """Return by length where so many words of phrases stand in a row, within a text."""
    starts = {1: np.flatnonzero(part)}
    for length in range(2, longest + 1):
        first = starts[length - 1]
        first = first[first <= len(part) - length]
        last = first + length - 1
        starts[length] = first[(part[last] > 0) & (row[last] == row[first])]
    return starts


def _apart(places: Index, length: int) -> Mask:
    """Return which of ascending places to keep so that each is `length` behind the one kept before."""
    kept = np.ones(len(places), np.bool_)
    if np.any(np.diff(places) < length):
        free = 0
        for k, place in enumerate(places.tolist()):
            kept[k] = place >= free
            free = place + length if kept[k] else free
    return kept


def _turned(place: Index, start: Index, negates: Mask, halts: Mask) -> Mask:
    """Return which of the tokens at `place` a negator turns: close before them, in their text, nothing between."""
    turned = np.zeros(len(place), np.bool_)
    open_ = np.ones(len(place), np.bool_)
    for back in range(1, NEGATION_REACH + 1):
        before = place - back
        open_ &= before >= start
        before = np.maximum(before, 0)
        turned |= open_ & negates[before]
        open_ &= ~halts[before]
    return turned


def _intensity(place: Index, start: Index, boost: Array) -> Array:
    """Return the factor that the one or two tokens before give each token; the farther one counts half."""
    factor = np.ones(len(place))
    for back in (1, 2):
        before = place - back
        factor *= np.where(before >= start, 1.0 + (boost[np.maximum(before, 0)] - 1.0) / back, 1.0)
    return factor
