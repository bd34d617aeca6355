"""From charged tokens to one row of numbers per text: what a lexicon and the style of writing say."""

from __future__ import annotations

from functools import partial

import numpy as np

from flywheel.understand.charge import Array, Mask, Tokens, said

FEATURES = (
    "bias", "positive", "negative", "balance", "positive share", "negative share", "positive words", "negative words",
    "strongest positive", "strongest negative", "end", "after contrast", "contrast", "negators", "exclaims",
    "questions", "capitals", "elongated", "signs", "numbers", "length", "only positive", "only negative", "nothing",
    "question about nothing", "exclaimed positive", "exclaimed negative",
)  # fmt: skip

LONG = 40.0
"""Words above which a text's sums are taken per so many words: else long texts saturate every feature."""

END = 8
"""The last tokens of a text, where its verdict usually stands."""


def features(tokens: Tokens) -> Array:
    """Return an array of shape (rows, len(FEATURES)); every value lies in about -1..2, so that one penalty fits all."""
    up, down = np.maximum(tokens.charge, 0.0), np.maximum(-tokens.charge, 0.0)
    words = np.maximum(np.bincount(tokens.row, said(tokens.kinds), tokens.rows), 1.0)
    length = np.minimum(words, LONG)
    total = partial(_total, tokens, length / words)
    positive, negative = total(up), total(down)
    nothing = (positive + negative == 0).astype(np.float64)
    contrast = _after_contrast(tokens)
    exclaims = _capped(total(tokens.kinds["exclaim"] * tokens.boost), 4)
    questions = _capped(total(tokens.kinds["question"]), 2)
    columns = [
        np.ones(tokens.rows), _squashed(positive, 8), _squashed(negative, 8), _squashed(positive - negative, 12),
        positive / length, negative / length, _capped(total(up > 0.4), 5), _capped(total(down > 0.4), 5),
        _peak(tokens, up) / 4, _peak(tokens, down) / 4,
        _squashed(total(tokens.charge * _ending(tokens)), 8),
        _squashed(total(tokens.charge * contrast), 8), (total(contrast) > 0).astype(np.float64),
        _capped(total(tokens.kinds["negator"]), 4), exclaims, questions,
        _capped(total(tokens.caps), 6), _capped(total(tokens.elongated), 2),
        _squashed(total(tokens.charge * tokens.kinds["sign"]), 4),
        _capped(total(tokens.kinds["number"]), 3), np.log1p(length) / 4,
        ((positive > 0) & (negative == 0)).astype(np.float64), ((negative > 0) & (positive == 0)).astype(np.float64),
        nothing, nothing * questions, exclaims * _squashed(positive, 8), exclaims * _squashed(negative, 8),
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _total(tokens: Tokens, share: Array, values: Array | Mask) -> Array:
    """Sum by text; of long texts what LONG words of them hold on average."""
    return np.asarray(np.bincount(tokens.row, values, tokens.rows) * share)


def _peak(tokens: Tokens, values: Array) -> Array:
    peak = np.zeros(tokens.rows)
    np.maximum.at(peak, tokens.row, values)
    return peak


def _ending(tokens: Tokens) -> Mask:
    size = np.bincount(tokens.row, minlength=tokens.rows)
    return np.asarray(tokens.place - tokens.start >= size[tokens.row] - END)


def _after_contrast(tokens: Tokens) -> Mask:
    last = np.full(tokens.rows, len(tokens.row))
    contrasts = np.flatnonzero(tokens.kinds["contrast"])
    last[tokens.row[contrasts]] = contrasts
    return np.asarray(tokens.place >= last[tokens.row])


def _squashed(values: Array, half: float) -> Array:
    return np.asarray(values / np.sqrt(values * values + half))


def _capped(values: Array, most: float) -> Array:
    return np.minimum(values, most) / most
