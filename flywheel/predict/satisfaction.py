"""How satisfied those are who never answer: from what they say, as those who did answer taught it, with its error."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from flywheel.domain.intervals import Z_95
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.record import Record
from flywheel.ports import Predictor
from flywheel.predict.folds import splits
from flywheel.predict.logistic import Floats

MODEL = "satisfaction-linear-1"
_RIDGE = 1.0
_WORTH = 0.95
"""Used only where the error is below this share of the error of saying the mean to everybody."""
_UNHAPPY, _HAPPY = -0.2, 0.2


class SatisfactionLesson(Record):
    """What came of learning; errors are root mean squares, 0..1, on later moments than were learned from."""

    n: int
    says: str
    learned: str | None = None
    error: float | None = None
    error_of_mean: float | None = None


class Satisfaction(Predictor):
    """Satisfaction, 0..1 of whatever scale was asked, for those who were not heard to answer.

    `learned` is given by the wheel. Those who answer are not those who do not: the error is that of those who did.
    """

    fewest_answers: int = Field(default=200, ge=50)
    learned: str | None = None

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return satisfaction with the range in which 95 of 100 of those who answered lay."""
        silent = [one for one in histories if one.score_90d is None]
        if self.learned is None or not silent:
            return []
        said = json.loads(self.learned)
        half, rows = Z_95 * said["error"], _rows(silent)
        values = np.zeros(len(silent)) + said["weights"][0]
        for k, weight in enumerate(said["weights"][1:]):  # row by row alike, whoever stands beside
            values += rows[:, k] * weight
        name = f"{MODEL}.{hashlib.sha256(self.learned.encode()).hexdigest()[:8]}"
        return [
            Prediction(
                person_id=one.person_id, kind="satisfaction", as_of=one.as_of, model=name, value=value,
                low=max(value - half, 0.0), high=min(value + half, 1.0), drivers=_why(one),
            )
            for one, value in zip(silent, np.clip(values, 0.0, 1.0).tolist(), strict=True)
        ]  # fmt: skip


def learn_satisfaction(histories: Sequence[PersonHistory], seed: int) -> SatisfactionLesson:
    """Learn from people who answered (`score_90d`), and ask of each moment what was learned before it."""
    known = [one for one in histories if one.score_90d is not None]
    rows, truth = _rows(known), np.array([one.score_90d for one in known], np.float64)
    moments = np.array([one.as_of.timestamp() / 86_400 for one in known])
    errors: list[Floats] = []
    of_mean: list[Floats] = []
    for past, asked in splits(truth, moments, seed):
        if len(past) > rows.shape[1] and len(asked):
            weights = _fitted(rows[past], truth[past])
            errors.append(truth[asked] - _said(rows[asked], weights))
            of_mean.append(truth[asked] - truth[past].mean())
    if not errors:
        return SatisfactionLesson(n=len(known), says="all answers are of one time: no later one can be asked about")
    error, mean_error = (float(np.sqrt(np.mean(np.concatenate(one) ** 2))) for one in (errors, of_mean))
    better = error < _WORTH * mean_error
    weights = _fitted(rows, truth)
    learned = json.dumps({"model": MODEL, "weights": weights.tolist(), "error": error}) if better else None
    return SatisfactionLesson(
        n=len(known), learned=learned, error=error, error_of_mean=mean_error,
        says=f"off by {error:.2f} (root mean square, of 0 to 1) on later times, the mean alone by {mean_error:.2f}: "
        f"{'learned' if better else 'not worth it, nobody is guessed at'}",
    )  # fmt: skip


def _rows(histories: Sequence[PersonHistory]) -> Floats:
    cells = [
        (
            one.sentiment_90d or 0.0, one.negative_90d / max(one.feedback_90d, 1), float(one.complaints_90d > 0),
            float(one.threats_90d > 0), float(min(one.signals_90d, 3)),
        )
        for one in histories
    ]  # fmt: skip
    return np.array(cells, np.float64).reshape(-1, 5)


def _fitted(rows: Floats, truth: Floats) -> Floats:
    design = np.column_stack((np.ones(len(rows)), rows))
    ridge = np.diag([1e-9, *[_RIDGE] * rows.shape[1]])
    return np.asarray(np.linalg.solve(design.T @ design + ridge, design.T @ truth))


def _said(rows: Floats, weights: Floats) -> Floats:
    return np.asarray(np.clip(rows @ weights[1:] + weights[0], 0.0, 1.0))


def _why(one: PersonHistory) -> tuple[str, ...]:
    signs = {
        "unhappy words": (one.sentiment_90d or 0.0) < _UNHAPPY, "happy words": (one.sentiment_90d or 0.0) > _HAPPY,
        "complained": one.complaints_90d > 0, "said they would leave": one.threats_90d > 0,
        "incidents": one.signals_90d > 0,
    }  # fmt: skip
    return tuple(words for words, there in signs.items() if there)
