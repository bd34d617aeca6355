"""How right and how honest labels are: accuracy, macro-F1 with a bootstrap interval, calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flywheel.domain.record import Record


class Figure(Record):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of labels behind it."""

    value: float
    low: float
    high: float
    n: int


def accuracy(truth: ArrayLike, guess: ArrayLike) -> float:
    """Return the share of labels that are right, 0..1."""
    return float(np.mean(np.asarray(truth) == np.asarray(guess)))


def f1_by_class(truth: ArrayLike, guess: ArrayLike) -> dict[str, float]:
    """Return 2 TP / (2 TP + FP + FN) per class that occurs in either; van Rijsbergen 1979."""
    table, classes = _confusion(np.asarray(truth), np.asarray(guess))
    return dict(zip(map(str, classes), _f1(table).tolist(), strict=True))


def macro_f1(truth: ArrayLike, guess: ArrayLike) -> float:
    """Return the mean of the classes' F1, 0..1 (mean of F1, not F1 of means: Opitz & Burst 2019)."""
    return float(_f1(_confusion(np.asarray(truth), np.asarray(guess))[0]).mean())


def macro_f1_interval(truth: ArrayLike, guess: ArrayLike, *, seed: int = 0, draws: int = 1000) -> Estimate:
    """Return macro-F1 with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    Rows are redrawn as cells of the confusion table, which has the same distribution and costs nothing per row.
    """
    table, _ = _confusion(np.asarray(truth), np.asarray(guess))
    n = int(table.sum())
    redrawn = np.random.default_rng(seed).multinomial(n, table.ravel() / n, size=draws)
    values = _f1(redrawn.reshape(draws, *table.shape)).mean(axis=-1)
    low, high = np.quantile(values, [0.025, 0.975])
    return Estimate(float(_f1(table).mean()), float(low), float(high), n)


def calibration_error(
    right: ArrayLike, confidence: ArrayLike, *, weight: ArrayLike | None = None, bins: int = 10
) -> float:
    """Return the expected calibration error over bins of equal width, 0..1 (Naeini et al. 2015; Guo et al. 2017).

    `weight` makes rows stand for more than themselves, as when classes are to have other shares than the file's.
    """
    hit, sure = np.asarray(right, dtype=np.float64), np.asarray(confidence, dtype=np.float64)
    heavy = np.ones(len(hit)) if weight is None else np.asarray(weight, dtype=np.float64)
    which = np.minimum((sure * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(which, (hit - sure) * heavy, bins)
    return float(np.abs(gaps).sum() / heavy.sum()) if len(hit) else 0.0


def surest(confidence: ArrayLike, share: float) -> NDArray[np.int64]:
    """Return the rows of the most confident `share` (0..1), surest first; ties go to the earlier row."""
    sure = np.asarray(confidence, dtype=np.float64)
    return np.argsort(-sure, kind="stable")[: int(len(sure) * share)]


def _confusion(truth: NDArray[np.generic], guess: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.generic]]:
    classes, codes = np.unique(np.concatenate([truth, guess]), return_inverse=True)
    k = len(classes)
    return np.bincount(codes[: len(truth)] * k + codes[len(truth) :], minlength=k * k).reshape(k, k), classes


def _f1(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return F1 per class of confusion tables of shape (..., classes, classes)."""
    hits = np.diagonal(table, axis1=-2, axis2=-1)
    named = table.sum(axis=-1) + table.sum(axis=-2)
    return np.asarray(2.0 * hits / np.maximum(named, 1))
