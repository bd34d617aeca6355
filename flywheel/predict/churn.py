"""The risk that a customer leaves: learned from one's own outcomes once there are enough, else by the rule."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure
from flywheel.errors import ConfigError
from flywheel.ports import Predictor
from flywheel.predict.apart import foreseen_apart
from flywheel.predict.churn_rule import ChurnRule
from flywheel.predict.design import Column, Number
from flywheel.predict.drivers import told
from flywheel.predict.judged import brier, judged
from flywheel.predict.logistic import Floats
from flywheel.predict.model import MODEL, Model, trained
from flywheel.predict.packed import packed, unpacked

_SIGNS = {
    "feedback_90d": "pieces of feedback", "negative_90d": "unhappy texts", "complaints_90d": "complaints",
    "threats_90d": "threats to leave", "sentiment_90d": "mean sentiment", "signals_90d": "incidents",
}  # fmt: skip
"""What is looked at. Value and tenure are not: they are known as they stand now, not as they stood then, and what a
file says of somebody who has left would tell the answer."""


class Lesson(Record):
    """What came of learning: the model as text where it may be used, else why not; figures are of later times."""

    n: int
    left: int
    says: str
    learned: str | None = None
    auc: Figure | None = None
    brier: Figure | None = None
    brier_of_rule: float | None = None


class Churn(Predictor):
    """The rule, and what was learned (given by the wheel, not by a person) in place of it."""

    rule: ChurnRule = ChurnRule()
    outcome: str = "left"
    horizon_days: int = Field(default=90, ge=7, le=365)
    fewest_left: int = Field(default=100, ge=20)
    learned: str | None = None

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return the probability, 0..1, that each person leaves within the horizon, with range and drivers."""
        if self.learned is None or not histories:
            return self.rule.predict(histories)
        model, columns = unpacked(self.learned), columns_of(histories)
        low, high = model.ranges(columns)
        risk = np.clip(model.risks(columns), low, high)
        name = f"{MODEL}.{hashlib.sha256(self.learned.encode()).hexdigest()[:8]}"
        return [
            Prediction(
                person_id=one.person_id, kind="churn", as_of=one.as_of, model=name, value=value, low=least, high=most,
                drivers=why,
            )
            for one, value, least, most, why in zip(
                histories, risk.tolist(), low.tolist(), high.tolist(), told(model, columns), strict=True
            )
        ]  # fmt: skip


def columns_of(histories: Sequence[PersonHistory]) -> list[Column]:
    """Return the signs as columns, in the order in which a model knows them."""
    found: list[Column] = []
    for field, words in _SIGNS.items():
        values = [getattr(one, field) for one in histories]
        found.append(Number(words, np.array([np.nan if one is None else float(one) for one in values])))
    return found


def learn(histories: Sequence[PersonHistory], left: Floats, rule: ChurnRule, seed: int) -> Lesson:
    """Learn from histories at past moments and who left afterwards (0 or 1); each is asked of by what came before.

    The model is used only where, on later moments than it learned from, it is surely better than chance and closer to
    the truth than the rule.
    """
    columns, moments = columns_of(histories), np.array([one.as_of.timestamp() / 86_400 for one in histories])
    n, gone = len(histories), int(left.sum())
    try:
        asked, risks = foreseen_apart(columns, left, moments, seed)
    except ConfigError as error:
        return Lesson(n=n, left=gone, says=str(error))
    verdict = judged(left[asked], risks, seed)
    stated = np.array([one.value for one in rule.predict([histories[row] for row in asked.tolist()])])
    of_rule = brier(left[asked], stated)
    figures = (
        f"AUC {verdict.auc.value:.3f}, Brier {verdict.brier.value:.4f}, the rule's {of_rule:.4f}, on {len(asked):,}"
    )
    better = verdict.auc.low > 0.5 and verdict.brier.value < of_rule
    model: Model | None = trained(columns, left, np.arange(n), seed) if better else None
    return Lesson(
        n=n, left=gone, learned=packed(model) if model is not None else None, auc=verdict.auc, brier=verdict.brier,
        brier_of_rule=of_rule, says=f"{figures} later ones: {'learned' if better else 'not better, the rule stays'}",
    )  # fmt: skip
