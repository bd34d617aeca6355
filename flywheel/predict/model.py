"""A calibrated model of a yes or no: splines, switches, the pairs that matter; the penalty by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flywheel.domain.intervals import Z_95
from flywheel.predict.design import Column, Design, at, learned
from flywheel.predict.folds import stratified
from flywheel.predict.logistic import Fit, Floats, Rows, fitted, sigmoid

MODEL = "churn-logistic-1"

_PENALTIES = (1.0, 8.0, 64.0)
_PAIR_PENALTY = 4.0
"""A pair is this much less likely to matter than what it is made of."""
_MOST_PAIRS = 40
_ROWS_A_PAIR = 15
"""So many rows of the rarer answer stand behind each pair (Peduzzi et al. 1996: ten events a variable)."""
_NOT_BY_CHANCE = 12.0
"""A pair's score statistic, chi-square with one degree: 12 is p = 0.0005."""
_INNER = 4
_PLENTY = 4_000
"""With so many of the rarer answer one inner fold tells what four do: a thousand of them stand in it."""
_FAR_APART = 0.98


@dataclass(frozen=True, slots=True)
class Model:
    """What foresees a yes: features, pairs of them, weights, and how the log-odds are put right."""

    design: Design
    pairs: Rows
    fit: Fit
    slope: float
    shift: float
    penalty: float

    def risks(self, columns: Sequence[Column]) -> Floats:
        """Return each row's probability of yes, 0..1."""
        return sigmoid(self._logits(self._rows(columns)))

    def ranges(self, columns: Sequence[Column]) -> tuple[Floats, Floats]:
        """Return the 95 % interval of each row's probability: of what is believed, not of what will happen."""
        rows = self._rows(columns)
        middle, half = self._logits(rows), Z_95 * abs(self.slope) * self.fit.spread(rows)
        return sigmoid(middle - half), sigmoid(middle + half)

    def shares(self, columns: Sequence[Column]) -> Floats:
        """Return what each column adds to each row's log-odds, beside the mean row; shape (rows, columns).

        A pair's part goes to its two columns by halves.
        """
        single = self.design.rows(columns)
        count = single.shape[1]
        found = np.zeros((len(single), len(columns)))
        np.add.at(found.T, self.design.place, (single * self.fit.weights[1 : count + 1]).T)
        for k, (one, other) in enumerate(self.pairs.tolist()):
            half = single[:, one] * single[:, other] * self.fit.weights[1 + count + k] / 2
            found[:, self.design.place[one]] += half
            found[:, self.design.place[other]] += half
        return self.slope * found

    def _rows(self, columns: Sequence[Column]) -> Floats:
        return _with_pairs(self.design.rows(columns), self.pairs)

    def _logits(self, rows: Floats) -> Floats:
        return self.slope * self.fit.logits(rows) + self.shift


def trained(columns: Sequence[Column], truth: Floats, rows: Rows, seed: int = 1, same: Rows | None = None) -> Model:
    """Learn from some rows of which the truth (0 or 1) is known.

    The penalty, and whether pairs are used, are those of least log loss over inner folds; the same folds put the
    log-odds right (Platt 1999), so that a risk of 0.3 comes true three times in ten.
    """
    known, yes = [at(one, rows) for one in columns], truth[rows]
    folds = stratified(yes, _folds(yes), seed, None if same is None else same[rows])
    logits = {plan: np.zeros(len(yes)) for plan in _plans()}
    asked = np.flatnonzero(folds < _asked_folds(folds, yes))
    for k in np.unique(folds[asked]).tolist():
        part, rest = np.flatnonzero(folds != k), np.flatnonzero(folds == k)
        for plan, (design, pairs, fit) in _attempts(known, yes, part).items():
            logits[plan][rest] = fit.logits(_with_pairs(design.rows([at(one, rest) for one in known]), pairs))
    best = min(_plans(), key=lambda plan: _log_loss(logits[plan][asked], yes[asked]))
    design, pairs, fit = _attempts(known, yes, np.arange(len(yes)), best)[best]
    right = fitted(logits[best][asked, None], yes[asked], np.array([1e-6]))
    slope, shift = float(right.weights[1]), float(right.weights[0])
    return Model(design, pairs, fit, max(slope, 0.0), shift, best[0])


Plan = tuple[float, bool]
Attempt = tuple[Design, Rows, Fit]


def _plans() -> list[Plan]:
    return [(penalty, pairs) for pairs in (False, True) for penalty in _PENALTIES]


def _folds(yes: Floats) -> int:
    return max(2, min(_INNER, int(min(yes.sum(), len(yes) - yes.sum()))))


def _asked_folds(folds: Rows, yes: Floats) -> int:
    return 1 if min(yes.sum(), len(yes) - yes.sum()) >= _PLENTY else int(folds.max()) + 1


def _attempts(columns: Sequence[Column], yes: Floats, part: Rows, only: Plan | None = None) -> dict[Plan, Attempt]:
    """Fit each plan on a part, from the strongest penalty down: each starts where the last one ended."""
    design = learned(columns, part)
    single, truth, found = design.rows([at(one, part) for one in columns]), yes[part], dict[Plan, Attempt]()
    none = np.zeros((0, 2), np.int64)
    for with_pairs in (False, True):
        pairs = _pairs(single, truth, design) if with_pairs and (only is None or only[1]) else none
        rows, start = _with_pairs(single, pairs), None
        for penalty in sorted(_PENALTIES, reverse=True):
            plan = (penalty, with_pairs)
            if only is None or only == plan:
                ridge = np.full(rows.shape[1], penalty)
                ridge[single.shape[1] :] *= _PAIR_PENALTY
                fit = fitted(rows, truth, ridge, start, with_spread=only is not None)
                start, found[plan] = fit.weights, (design, pairs, fit)
    return found


def _pairs(single: Floats, truth: Floats, design: Design) -> Rows:
    """Return the pairs of features that what is left unexplained asks for (score test, one pair at a time)."""
    chance = sigmoid(fitted(single, truth, np.full(single.shape[1], _PENALTIES[1]), with_spread=False).logits(single))
    left, weight = truth - chance, chance * (1 - chance)
    score = (single * left[:, None]).T @ single
    spread = (single * single * weight[:, None]).T @ (single * single)
    test = np.where(spread > 1e-9, score * score / np.maximum(spread, 1e-9), 0.0)
    same = design.place[:, None] == design.place[None, :]
    test[same | np.tri(len(test), dtype=np.bool_)] = 0.0
    most = min(_MOST_PAIRS, int(min(truth.sum(), len(truth) - truth.sum())) // _ROWS_A_PAIR)
    order = np.argsort(-test, axis=None, kind="stable")
    chosen: list[tuple[int, int]] = []
    kept: list[Floats] = []
    for flat in order[: 4 * _MOST_PAIRS].tolist():
        one, other = divmod(flat, len(test))
        if len(chosen) >= most or test[one, other] < _NOT_BY_CHANCE:
            break
        product = single[:, one] * single[:, other]
        product = (product - product.mean()) / max(float(product.std()), 1e-9)
        if all(abs(float(product @ other_)) / len(product) < _FAR_APART for other_ in kept):
            chosen.append((one, other))
            kept.append(product)
    return np.array(chosen, np.int64).reshape(-1, 2)


def _with_pairs(single: Floats, pairs: Rows) -> Floats:
    return np.column_stack((single, single[:, pairs[:, 0]] * single[:, pairs[:, 1]])) if len(pairs) else single


def _log_loss(logits: Floats, yes: Floats) -> float:
    return float(np.logaddexp(0.0, logits).sum() - yes @ logits)
