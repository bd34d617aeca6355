"""Learn the emotions of a language from labelled texts: logistic regressions over words, their letters and pairs.

What texts and words are known by stands in emotion_design.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.emotion_design import Design, Labelled, designed
from flywheel.understand.emotions import EMOTIONS
from flywheel.understand.softmax import dot, minimise

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEPS = 200

PARTS = 3
"""Each part of the texts is judged by a fit on the others: by these scores the thresholds are set."""

_CODES = 127  # an int8 holds -127..127


@dataclass(frozen=True, slots=True)
class Learnt:
    """The tables of a language as they are shipped; F1 by cross-validation, thresholds set on the other parts."""

    tables: dict[str, NDArray[Any]]
    macro_f1: float
    f1: dict[str, float]


def learnt(language: str, labelled: Labelled, buckets: int, *, penalty: float) -> Learnt:
    """Fit a language's tables on all texts; the thresholds serve best texts that another fit has left out.

    `penalty` is per squared weight, over the summed loss of all texts, where a weight is divided by its rarity.
    """
    design = designed(language, labelled, buckets)
    part, score, truth = np.arange(len(labelled.text)) % PARTS, np.zeros(labelled.felt.shape), labelled.felt
    for k in range(PARTS):
        score[part == k] = design.scores(_fit(design, labelled, part != k, penalty))[part == k]
    present = truth.sum(axis=0) > 0
    called = np.zeros(truth.shape, np.bool_)
    for k in range(PARTS):
        called[part == k] = score[part == k] >= _limits(truth[part != k], score[part != k])
    f1 = _f1(truth, called)
    limits = np.where(present, _limits(truth, score), np.inf)
    named = {str(name): float(value) for name, value, there in zip(EMOTIONS, f1, present, strict=True) if there}
    tables = _tables(design, _fit(design, labelled, np.ones(len(part), np.bool_), penalty), limits)
    return Learnt(tables, float(f1[present].mean()), named)


def write(path: Path, tables: dict[str, NDArray[Any]]) -> None:
    """Write the tables of a language; equal tables give equal bytes."""
    np.savez(path, **tables)  # type: ignore[arg-type]  # its stubs take `allow_pickle` for one of the arrays


def _fit(design: Design, labelled: Labelled, rows: Mask, penalty: float) -> Array:
    weight = rows / rows.sum()
    start = np.zeros((design.words.shape[1] + design.pairs.shape[1] + 1) * len(EMOTIONS))
    ridge = np.full(len(start), penalty / rows.sum())
    ridge[-len(EMOTIONS) :] = 0.0

    def loss(flat: Array) -> tuple[float, Array]:
        share = 1.0 / (1.0 + np.exp(-np.clip(design.scores(flat * design.rarity), -30, 30)))
        hit = np.where(labelled.felt > 0, share, 1.0 - share)
        wrong = weight[:, None] * (share - labelled.felt)
        slope = [design.words.turned_dot(design.texts.turned_dot(wrong)), design.pairs.turned_dot(wrong)]
        flat_slope = np.concatenate([*(part.ravel() for part in slope), wrong.sum(axis=0)]) * design.rarity
        value = -dot(weight, np.log(np.maximum(hit, 1e-12)).sum(axis=1)) + dot(ridge, flat * flat) / 2
        return value, flat_slope + ridge * flat

    return minimise(loss, start, steps=STEPS, tolerance=1e-7) * design.rarity


def _tables(design: Design, flat: Array, limits: Array) -> dict[str, NDArray[Any]]:
    known, pairs, bias = design.parts(flat)
    parts = (known[: len(design.keys)], known[len(design.keys) :], pairs)
    # by the greatest weight: to cut the few greatest ("thanks", "love") costs .02 of F1, coarse steps nothing
    scale = [max(float(np.abs(part).max(initial=0.0)), 1e-9) / _CODES for part in parts]
    coded = [np.round(part / step).astype(np.int8) for part, step in zip(parts, scale, strict=True)]
    return {
        "word_keys": design.keys, "words": coded[0], "runs": coded[1], "pair_keys": design.pair_keys, "pairs": coded[2],
        "scale": np.array(scale, np.float32), "bias": np.round(limits - bias, 3).astype(np.float32),
    }  # fmt: skip


def _limits(truth: Array, score: Array) -> Array:
    """Return per emotion the score from which to call it, so that F1 is greatest; smoothed."""
    limits = []
    for k in range(truth.shape[1]):
        order = np.argsort(-score[:, k], kind="stable")
        f1 = 2 * np.cumsum(truth[order, k]) / (np.arange(1, len(order) + 1) + truth[:, k].sum())
        width = max(5, int(truth[:, k].sum() / 10))
        limits.append(score[order[int(np.argmax(np.convolve(f1, np.ones(width) / width, "same")))], k])
    return np.array(limits)


def _f1(truth: Array, called: Mask) -> Array:
    hits = (called & (truth > 0)).sum(axis=0)
    return np.asarray(2.0 * hits / np.maximum(called.sum(axis=0) + truth.sum(axis=0), 1))
