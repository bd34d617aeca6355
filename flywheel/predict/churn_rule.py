"""The risk that a customer leaves, by a stated rule: prior odds times one likelihood ratio per sign.

No outcome has taught these numbers; they are stated, each with the range in which we believe it lies, and the
interval of a risk comes from the ends of those ranges. Early warnings alone are learned: what leavers spoke of last
counts with its odds ratio as soon as that is surely not 1. A model learned from outcomes replaces the rule later.
Method: Bayes' rule in odds form (Good 1950, Probability and the Weighing of Evidence).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import log
from typing import TypedDict

from pydantic import Field, model_validator

from flywheel.domain.prediction import EarlyWarning, PersonHistory, Prediction
from flywheel.domain.record import Record
from flywheel.ports import Predictor

MODEL = "churn-rule-1"


class Ratio(Record):
    """How much likelier a sign is among those who leave than among those who stay: low, middle, high."""

    low: float = Field(gt=0)
    middle: float = Field(gt=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Ratio:
        if not self.low <= self.middle <= self.high:
            raise ValueError("write low, middle, high in this order of size")
        return self


class ChurnRule(Predictor):
    """The stated rule; every number is a setting, but `warnings`, which the wheel gives: what it learned of leavers."""

    prior: Ratio = Ratio(low=0.03, middle=0.05, high=0.10)
    threat: Ratio = Ratio(low=3, middle=6, high=10)
    complaint: Ratio = Ratio(low=1.3, middle=2, high=3)
    several_complaints: Ratio = Ratio(low=1.5, middle=2.5, high=4)
    mostly_negative: Ratio = Ratio(low=1.1, middle=1.5, high=2.2)
    new_customer: Ratio = Ratio(low=1.1, middle=1.4, high=2)
    new_customer_days: int = Field(default=90, ge=1)
    warnings: tuple[EarlyWarning, ...] = ()

    @model_validator(mode="after")
    def _prior_is_a_probability(self) -> ChurnRule:
        if self.prior.high >= 1:
            raise ValueError("the prior is a probability: keep it below 1")
        return self

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return the probability, 0..1, that each person leaves, with its range and the signs behind it."""
        risk, signs = lru_cache(self._risk), self._signs()  # there are few sets of signs, and many persons
        name = self._name()
        return [
            Prediction(
                person_id=one.person_id, kind="churn", as_of=one.as_of, model=name,
                **risk(tuple(seen(one) for _, _, seen in signs), self._warning(one)),
            )
            for one in histories
        ]  # fmt: skip

    def _name(self) -> str:
        """Return the rule's name, with what tells its warnings from others: a risk says by what it was foreseen."""
        told = "".join(one.model_dump_json() for one in self.warnings)
        return f"{MODEL}.{hashlib.sha256(told.encode()).hexdigest()[:8]}" if told else MODEL

    def _warning(self, one: PersonHistory) -> EarlyWarning | None:
        """Return what weighs most of what a person spoke of last; topics of one text go together, so one counts."""
        topics = one.lately[-1].topics if one.lately else ()
        known = [warning for warning in self.warnings if warning.topic in topics]
        return max(known, key=lambda warning: abs(log(warning.middle)), default=None)

    def _risk(self, seen: tuple[bool, ...], warning: EarlyWarning | None) -> _Risk:
        signs = [(words, ratio) for (words, ratio, _), there in zip(self._signs(), seen, strict=True) if there]
        if warning is not None:
            ratio = Ratio(low=warning.low, middle=warning.middle, high=warning.high)
            signs.append((_warned(warning), ratio))
        odds = [_odds(one) for one in (self.prior.low, self.prior.middle, self.prior.high)]
        for _, ratio in signs:
            odds = [odds[0] * ratio.low, odds[1] * ratio.middle, odds[2] * ratio.high]
        low, middle, high = (one / (1 + one) for one in odds)
        return _Risk(value=middle, low=low, high=high, drivers=tuple(words for words, _ in signs))

    def _signs(self) -> list[tuple[str, Ratio, Callable[[PersonHistory], bool]]]:
        return [
            ("said they would leave", self.threat, lambda one: one.threats_90d > 0),
            ("complained more than once", self.several_complaints, lambda one: one.complaints_90d > 1),
            ("complained", self.complaint, lambda one: one.complaints_90d == 1),
            ("mostly unhappy words", self.mostly_negative, lambda one: one.negative_90d * 2 > one.feedback_90d),
            (
                "a customer for a short time",
                self.new_customer,
                lambda one: one.tenure_days is not None and one.tenure_days < self.new_customer_days,
            ),
        ]


class _Risk(TypedDict):
    value: float
    low: float
    high: float
    drivers: tuple[str, ...]


def _warned(warning: EarlyWarning) -> str:
    who = "people who left did" if warning.middle > 1 else "people who stayed did"
    return f"spoke of {warning.topic} last, as {who} (learning warning:{warning.topic})"


def _odds(probability: float) -> float:
    return probability / (1 - probability)
