"""How good stated risks are: AUC, Brier score, calibration, with bootstrap intervals; and from where on to act."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from flywheel.domain.intervals import wilson
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure, calibration_error
from flywheel.predict.logistic import Floats, Rows

DRAWS = 300
_BINS = 10
_PRECISE = (0.5, 0.67)


class Bin(Record):
    """Rows with a risk in [low, high): what was foreseen on average, and how many came true, with Wilson's interval."""

    low: float
    high: float
    n: int
    foreseen: float
    observed: float
    observed_low: float
    observed_high: float


class Threshold(Record):
    """What acting from this risk on would mean: how many rows, how many of them right, how many of all found."""

    why: str
    risk: float
    n: int
    precision: float
    recall: float
    lift: float


class Judged(Record):
    """The verdict on risks. `intercept` and `slope` say how the log-odds would have to be put right (0 and 1: not)."""

    auc: Figure
    brier: Figure
    ece: Figure
    bins: tuple[Bin, ...]
    thresholds: tuple[Threshold, ...]


def judged(truth: Floats, risk: Floats, seed: int = 1, same: Rows | None = None) -> Judged:
    """Judge risks, 0..1, by what was true, 0 or 1; both must occur.

    Rows are redrawn for the intervals; those with the same number in `same` are one person's, and redrawn together.
    """
    chance = np.random.default_rng(seed)
    draws = [_redrawn(chance, len(truth), same) for _ in range(DRAWS)]

    def figure(of: Callable[[Floats, Floats], float]) -> Figure:
        low, high = np.nanquantile([of(truth[rows], risk[rows]) for rows in draws], [0.025, 0.975])
        return Figure(value=of(truth, risk), low=float(low), high=float(high))

    return Judged(
        auc=figure(auc), brier=figure(brier), ece=figure(_ece), bins=_bins(truth, risk),
        thresholds=_thresholds(truth, risk),
    )  # fmt: skip


def auc(truth: Floats, risk: Floats) -> float:
    """Return the chance that a row that came true has the higher risk, ties by halves (Mann & Whitney 1947)."""
    values, place, counts = np.unique(risk, return_inverse=True, return_counts=True)
    yes = np.bincount(place, truth, len(values))
    no = counts - yes
    pairs = float(yes.sum() * no.sum())
    return float((yes * (np.cumsum(no) - no / 2)).sum() / pairs) if pairs else float("nan")


def brier(truth: Floats, risk: Floats) -> float:
    """Return the mean squared gap between risk and truth, 0..1 (Brier 1950)."""
    return float(np.mean((risk - truth) ** 2))


def _redrawn(chance: np.random.Generator, n: int, same: Rows | None) -> Rows:
    if same is None:
        return chance.integers(0, n, n)
    _, person = np.unique(same, return_inverse=True)
    persons = int(person.max()) + 1
    times = np.bincount(chance.integers(0, persons, persons), minlength=persons)
    return np.repeat(np.arange(n), times[person])


def _ece(truth: Floats, risk: Floats) -> float:
    return calibration_error(truth, risk, bins=_BINS)


def _bins(truth: Floats, risk: Floats) -> tuple[Bin, ...]:
    which = np.minimum((risk * _BINS).astype(np.int64), _BINS - 1)
    found = []
    for k in np.unique(which).tolist():
        here = which == k
        n, true = int(here.sum()), int(truth[here].sum())
        low, high = wilson(true, n)
        found.append(
            Bin(
                low=k / _BINS, high=(k + 1) / _BINS, n=n, foreseen=float(risk[here].mean()), observed=true / n,
                observed_low=low, observed_high=high,
            )
        )  # fmt: skip
    return tuple(found)


def _thresholds(truth: Floats, risk: Floats) -> tuple[Threshold, ...]:
    """Return where to act: the best F1, from where on half and two thirds are right, and the riskiest tenth."""
    order = np.argsort(-risk, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(risk[order]) != 0, True))
    n = ends + 1
    right = np.cumsum(truth[order])[ends]
    precision, recall = right / n, right / truth.sum()
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    chosen = {"best balance of precision and recall (F1)": int(np.argmax(f1))}
    for least in _PRECISE:
        reached = np.flatnonzero((precision >= least) & (n >= 20))
        if len(reached):
            chosen[f"at least {least:.0%} of those found are right"] = int(reached[-1])
    chosen["the riskiest tenth"] = int(np.searchsorted(n, len(risk) / 10).clip(max=len(n) - 1))
    return tuple(
        Threshold(
            why=why, risk=float(risk[order][ends[k]]), n=int(n[k]), precision=float(precision[k]),
            recall=float(recall[k]), lift=float(precision[k] / truth.mean()),
        )
        for why, k in chosen.items()
    )  # fmt: skip
