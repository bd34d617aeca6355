"""Weighted features of texts, most of them absent: built from counts, added up with weights, and learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.labelling import Flags
from flywheel.understand.columns import Index
from flywheel.understand.grams import Counts, Kinds
from flywheel.understand.vocabulary import Array

Weights = NDArray[np.float32]
Machine = tuple[Weights, Weights]
"""Weights, shape (columns, labels), and bias."""

LEAST = (1, 2, 2)
"""Texts in which a word, a pair, a run must stand to be learned."""
STOPS = (2, 4, 8)
"""Rounds after which learning may be stopped: few where labels contradict each other, many where they do not."""
_RATE = 0.1
_RIDGE = 1e-5
_BIAS_RATE = 0.1
_CELLS = 4_000_000
"""Products held at once."""


@dataclass(frozen=True, slots=True)
class Features:
    """Row k holds `value[start[k]:start[k + 1]]` in the columns `column[start[k]:start[k + 1]]`."""

    start: Index
    column: Index
    value: Weights

    def scores(self, weights: Weights, bias: Weights) -> Array:
        """Return the sums of each row, shape (rows, labels); those of a row hang on nothing but the row."""
        n, labels = len(self.start) - 1, weights.shape[1]
        found = np.zeros((n, labels))
        each = max(1, _CELLS // max(labels, 1))
        first = 0
        while first < n:
            last = max(first + 1, int(np.searchsorted(self.start, self.start[first] + each, side="right")) - 1)
            cells = slice(self.start[first], self.start[last])
            products = weights[self.column[cells]] * self.value[cells, None]
            filled = np.flatnonzero(np.diff(self.start[first : last + 1])) + first
            if len(filled):
                found[filled] = np.add.reduceat(products, self.start[filled] - self.start[first], axis=0)
            first = last
        return found + bias


@dataclass(frozen=True, slots=True)
class Known:
    """The hashes of one kind that were seen often enough, ascending, and how much each says (inverse frequency)."""

    hash: Index
    says: Weights


def known(counts: Counts, rows: Index, least: int) -> Known:
    """Return what stands in at least `least` of some rows; smoothed inverse document frequency (Sparck Jones 1972)."""
    inside = np.zeros(int(counts.row.max(initial=-1)) + 1, np.bool_)
    inside[rows[rows < len(inside)]] = True
    found, often = np.unique(counts.hash[inside[counts.row]], return_counts=True)
    kept = often >= least
    says = np.log((1 + len(rows)) / (1 + often[kept])) + 1
    return Known(found[kept], says.astype(np.float32))


def features(counts: Sequence[Counts], knowns: Sequence[Known], rows: int) -> Features:
    """Return (1 + log count) x says, each kind of a row scaled to length 1, kinds beside each other."""
    parts = []
    begin = 0
    for one, of in zip(counts, knowns, strict=True):
        place = np.searchsorted(of.hash, one.hash)
        last = max(len(of.hash) - 1, 0)
        seen = of.hash[np.minimum(place, last)] == one.hash if len(of.hash) else np.zeros(len(place), np.bool_)
        there = np.flatnonzero(seen)
        row, column = one.row[there], place[there]
        value = (1 + np.log(one.count[there])) * of.says[column]
        length = np.sqrt(np.bincount(row, value * value, rows))
        parts.append((row, column + begin, value / np.maximum(length, 1e-9)[row]))
        begin += len(of.hash)
    row, column, value = (np.concatenate(one) for one in zip(*parts, strict=True))
    order = np.argsort(row, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=rows))))
    return Features(start, column[order], value[order].astype(np.float32))


def machines(counts: Kinds, truth: Flags, rows: Index, seed: int) -> tuple[tuple[Known, ...], Features, list[Machine]]:
    """Learn from some rows; return what is known of them, the features of all rows as they see them, the machines."""
    kinds = tuple(known(one, rows, least) for one, least in zip(counts, LEAST, strict=True))
    found = features(counts, kinds, len(truth))
    return kinds, found, learned(found, truth, rows, sum(len(one.hash) for one in kinds), seed)


def left_out(counts: Kinds, truth: Flags, folds: Index, seed: int) -> list[Array]:
    """Return the scores of every row by machines that have not learned from its fold, after each of STOPS rounds."""
    scores = [np.zeros(truth.shape) for _ in STOPS]
    for fold in range(int(folds.max()) + 1):
        rest = np.flatnonzero(folds == fold)
        _, found, made = machines(counts, truth, np.flatnonzero(folds != fold), seed)
        for place, machine in enumerate(made):
            scores[place][rest] = found.scores(*machine)[rest]
    return scores


def learned(of: Features, truth: Flags, rows: Index, columns: int, seed: int) -> list[Machine]:
    """Return one linear machine a label (squared hinge, ridge) as it stood after each of STOPS rounds.

    `truth` says which labels each row has: one, several or none. Stochastic gradient descent, one row at a time in
    an order by `seed` (Bottou 2012), averaged over the later half of the rounds until then (Polyak & Juditsky 1992).
    Equal rows, order and seed give equal weights.
    """
    labels = truth.shape[1]
    wanted = np.where(truth, np.float32(1), np.float32(-1))
    weights, bias = np.zeros((columns, labels), np.float32), np.zeros(labels, np.float32)
    sums = {stop: (np.zeros_like(weights), np.zeros_like(bias)) for stop in STOPS}
    chance = np.random.default_rng(seed)
    scale, step = 1.0, 0
    for turn in range(1, STOPS[-1] + 1):
        for row in chance.permutation(rows).tolist():
            rate = _RATE / (1 + _RATE * _RIDGE * step)
            step += 1
            scale *= 1 - rate * _RIDGE
            cells = slice(of.start[row], of.start[row + 1])
            column, value = of.column[cells], of.value[cells]
            slope = _slope((value @ weights[column]) * np.float32(scale) + bias, wanted[row])
            weights[column] -= np.outer(value, slope * np.float32(rate / scale))
            bias -= slope * np.float32(rate * _BIAS_RATE)
        for stop in STOPS:
            if stop // 2 < turn <= stop:
                sums[stop][0][:] += weights * np.float32(scale)
                sums[stop][1][:] += bias
    rounds = {stop: np.float32(stop - stop // 2) for stop in STOPS}
    return [(sums[stop][0] / rounds[stop], sums[stop][1] / rounds[stop]) for stop in STOPS]


def _slope(margin: Weights, wanted: Weights) -> Weights:
    """Return the slope of the squared hinge; wanted are 1 for the labels that the row has, -1 for all others."""
    return np.asarray(np.minimum(wanted * margin - 1, 0) * wanted)
