"""How right labels are where a text may have several: per label and together, with intervals; and how sure is sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure, calibration_error

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_DRAWS = 300
_AIMS = (0.8, 0.9, 0.95)
_FEWEST = 20
_CELLS = 4_000_000
"""So many numbers of drawn rows are held at once."""


class LabelScore(Record):
    """One label: how many of those so called are it, how many of those that are it were found, both, and how many."""

    precision: float
    recall: float
    f1: float
    n: int


class Sureness(Record):
    """From which confidence on at least a wanted share is right, and how much of all that is."""

    wanted: float
    confidence: float
    n: int
    right: float
    share: float


class Labelling(Record):
    """Labels judged. A row is right when its labels are exactly those it has; macro-F1 is over labels that occur."""

    n: int
    accuracy: Figure
    macro_f1: Figure
    per_class: dict[str, LabelScore]
    ece: Figure | None = None
    brier: Figure | None = None
    surest_half: float | None = None
    thresholds: tuple[Sureness, ...] = ()


def judged(names: Sequence[str], truth: Flags, guess: Flags, chances: Floats | None = None, seed: int = 1) -> Labelling:
    """Judge guesses, both of shape (rows, labels); `chances` are probabilities of each label where one is chosen.

    Intervals: percentile bootstrap over rows (Efron & Tibshirani 1993, chapter 13).
    """
    cells = np.concatenate((truth & guess, guess, truth), axis=1).astype(np.float64)
    right = (truth == guess).all(axis=1).astype(np.float64)
    columns = [cells, right[:, None]]
    if chances is not None:
        columns.append(((chances - truth) ** 2).sum(axis=1)[:, None])
    counts = np.concatenate(columns, axis=1)
    sums = counts.sum(axis=0)
    drawn = np.concatenate([weights @ counts for weights in _draws(len(truth), seed)])
    k, n = len(names), len(truth)
    f1 = _f1(sums, k)
    used = (sums[k : 2 * k] + sums[2 * k : 3 * k]) > 0
    found = Labelling(
        n=n, accuracy=_figure(sums[3 * k] / n, drawn[:, 3 * k] / n),
        macro_f1=_figure(float(f1[used].mean()), _f1(drawn, k)[:, used].mean(axis=1)),
        per_class=_per_class(names, sums, f1),
        brier=None if chances is None else _figure(sums[-1] / n, drawn[:, -1] / n),
    )  # fmt: skip
    return found if chances is None else _with_sureness(found, right, chances.max(axis=1), seed)


def _with_sureness(found: Labelling, right: Floats, confidence: Floats, seed: int) -> Labelling:
    order = np.argsort(-confidence, kind="stable")
    some = _draws(len(right), seed, _DRAWS // 3)
    errors = np.array([calibration_error(right, confidence, weight=one) for weights in some for one in weights])
    return found.model_copy(
        update={
            "ece": _figure(calibration_error(right, confidence), errors),
            "surest_half": float(right[order[: max(len(order) // 2, 1)]].mean()),
            "thresholds": tuple(_thresholds(right[order], confidence[order])),
        }
    )


def _thresholds(right: Floats, confidence: Floats) -> list[Sureness]:
    """Return, per aim, the lowest confidence from which on so many are right; `confidence` falls."""
    ends = np.flatnonzero(np.append(np.diff(confidence) != 0, True))
    share = np.cumsum(right)[ends] / (ends + 1)
    found = []
    for aim in _AIMS:
        reached = ends[(share >= aim) & (ends + 1 >= _FEWEST)]
        if len(reached):
            last = int(reached[-1])
            found.append(
                Sureness(
                    wanted=aim, confidence=float(confidence[last]), n=last + 1, right=float(right[: last + 1].mean()),
                    share=(last + 1) / len(right),
                )
            )  # fmt: skip
    return found


def _per_class(names: Sequence[str], sums: Floats, f1: Floats) -> dict[str, LabelScore]:
    k = len(names)
    return {
        name: LabelScore(
            precision=float(sums[at] / max(sums[k + at], 1)), recall=float(sums[at] / max(sums[2 * k + at], 1)),
            f1=float(f1[at]), n=int(sums[2 * k + at]),
        )
        for at, name in enumerate(names)
    }  # fmt: skip


def _f1(sums: Floats, k: int) -> Floats:
    """Return 2 TP / (guessed + true) per label of sums of shape (..., columns); van Rijsbergen 1979."""
    return np.asarray(2 * sums[..., :k] / np.maximum(sums[..., k : 2 * k] + sums[..., 2 * k : 3 * k], 1))


def _draws(n: int, seed: int, draws: int = _DRAWS) -> Iterator[Floats]:
    """Yield how often each row is drawn in each bootstrap sample, some samples at a time: all would fill the memory."""
    chance, some = np.random.default_rng(seed), max(_CELLS // n, 1)
    for begin in range(0, draws, some):
        block = range(begin, min(begin + some, draws))
        yield np.stack([np.bincount(chance.integers(0, n, n), minlength=n) for _ in block]).astype(np.float64)


def _figure(value: float, drawn: Floats) -> Figure:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value=float(value), low=float(low), high=float(high))
