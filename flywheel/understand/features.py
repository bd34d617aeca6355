"""From charged tokens to one row of numbers per text: what a lexicon and the style of writing say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flywheel.understand.charge import Tokens, said
from flywheel.understand.columns import Index
from flywheel.understand.lexicon import Kind
from flywheel.understand.vocabulary import KIND_CODES, Array

FEATURES = (
    "bias", "positive", "negative", "balance", "positive share", "negative share", "positive words", "negative words",
    "strongest positive", "strongest negative", "end", "after contrast", "contrast", "negators", "exclaims",
    "questions", "capitals", "elongated", "signs", "numbers", "length", "only positive", "only negative", "nothing",
    "question about nothing", "exclaimed positive", "exclaimed negative",
)  # fmt: skip

LONG = 40.0
"""Words above which a text's sums are taken per so many words, so that the weights can be learnt from it, too.

What such a text says is told sentence by sentence (`long_texts`).
"""

END = 8
"""The last tokens of a text, where its verdict usually stands."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Adds up by text what some tokens have; of a long text, what LONG words of it hold on average."""

    row: Index
    share: Array

    def of(self, values: Array, where: slice | Index = slice(None)) -> Array:
        return np.asarray(np.bincount(self.row[where], values[where], len(self.share)) * self.share)

    def count(self, where: Index) -> Array:
        return np.asarray(np.bincount(self.row[where], minlength=len(self.share)) * self.share)


def features(tokens: Tokens) -> Array:
    """Return an array of shape (texts, len(FEATURES)); all values lie in about -1..2: one penalty fits all."""
    words = np.maximum(said(tokens), 1.0)
    length = np.minimum(words, LONG)
    total, after = _Sums(tokens.row, length / words), _contrast(tokens)
    place = np.flatnonzero(tokens.charge)  # few tokens have a charge: only they are added up
    charge, charges = tokens.charge[place], _Sums(tokens.row[place], total.share)
    up, down = np.maximum(charge, 0.0), np.maximum(-charge, 0.0)
    positive, negative = charges.of(up), charges.of(down)
    nothing = (positive + negative == 0).astype(np.float64)
    exclaims = _capped(total.of(tokens.boost, tokens.at("exclaim")), 4)
    questions = _capped(_kind(tokens, "question") * total.share, 2)
    columns = [
        np.ones(len(words)), _squashed(positive, 8), _squashed(negative, 8), _squashed(positive - negative, 12),
        positive / length, negative / length,
        _capped(charges.count(np.flatnonzero(up > 0.4)), 5), _capped(charges.count(np.flatnonzero(down > 0.4)), 5),
        _peak(charges, up) / 4, _peak(charges, down) / 4,
        _squashed(charges.of(charge, np.flatnonzero(place >= _ending(tokens)[charges.row])), 8),
        _squashed(charges.of(charge, np.flatnonzero(place >= after[charges.row])), 8),
        (_kind(tokens, "contrast") > 0).astype(np.float64),
        _capped(_kind(tokens, "negator") * total.share, 4), exclaims, questions,
        _capped(total.count(np.flatnonzero(tokens.caps)), 6), _capped(total.count(np.flatnonzero(tokens.elongated)), 2),
        _squashed(total.of(tokens.charge, tokens.at("sign")), 4),
        _capped(_kind(tokens, "number") * total.share, 3), np.log1p(length) / 4,
        ((positive > 0) & (negative == 0)).astype(np.float64), ((negative > 0) & (positive == 0)).astype(np.float64),
        nothing, nothing * questions, exclaims * _squashed(positive, 8), exclaims * _squashed(negative, 8),
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _kind(tokens: Tokens, kind: Kind) -> Array:
    return np.asarray(tokens.kinds[:, KIND_CODES[kind]])


def _peak(charges: _Sums, values: Array) -> Array:
    peak = np.zeros(len(charges.share))
    np.maximum.at(peak, charges.row, values)
    return peak


def _ending(tokens: Tokens) -> Index:
    """Return the place at which the last END tokens of each text begin."""
    return np.asarray(np.cumsum(tokens.size) - END)


def _contrast(tokens: Tokens) -> Index:
    """Return the place of each text's last word of contrast; behind all places where it has none."""
    last = np.full(len(tokens.size), len(tokens.row))
    contrasts = tokens.at("contrast")
    last[tokens.row[contrasts]] = contrasts
    return last


def _squashed(values: Array, half: float) -> Array:
    return np.asarray(values / np.sqrt(values * values + half))


def _capped(values: Array, most: float) -> Array:
    return np.minimum(values, most) / most
