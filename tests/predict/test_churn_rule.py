"""The stated rule of leaving: odds that can be checked by hand, and no sign that counts the wrong way."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.predict.churn_rule import ChurnRule, Ratio

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def foreseen(
    feedback: int = 1, negative: int = 0, complaints: int = 0, threats: int = 0, tenure: int | None = 900
) -> Prediction:
    history = PersonHistory(
        person_id="p1", as_of=NOON, feedback_90d=feedback, negative_90d=negative, complaints_90d=complaints,
        threats_90d=threats, tenure_days=tenure, value=None,
    )  # fmt: skip
    [one] = ChurnRule().predict([history])
    return one


def test_without_a_sign_the_prior_stays() -> None:
    one = foreseen()
    assert (one.low, one.value, one.high) == pytest.approx((0.03, 0.05, 0.10))
    assert one.drivers == ()


def test_signs_multiply_the_odds() -> None:
    # odds 0.05/0.95 x 6 (threat) x 2 (complaint) x 1.5 (mostly unhappy) x 1.4 (new) = 1.32632; low and high likewise
    one = foreseen(feedback=1, negative=1, complaints=1, threats=1, tenure=20)
    assert (one.low, one.value, one.high) == pytest.approx((0.12736, 0.57014, 0.93617), abs=1e-5)
    assert one.drivers == (
        "said they would leave", "complained", "mostly unhappy words", "a customer for a short time",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("history", "driver"),
    [
        ({"threats": 1}, "said they would leave"), ({"complaints": 2, "feedback": 9}, "complained more than once"),
        ({"complaints": 1, "feedback": 9}, "complained"), ({"negative": 2, "feedback": 3}, "mostly unhappy words"),
        ({"tenure": 89}, "a customer for a short time"),
    ],
)  # fmt: skip
def test_each_sign_is_named_alone(history: dict[str, int], driver: str) -> None:
    assert foreseen(**history).drivers == (driver,)


@pytest.mark.parametrize("history", [{"negative": 1, "feedback": 2}, {"tenure": 90}, {"tenure": None}])
def test_what_is_not_yet_a_sign_counts_for_nothing(history: dict[str, int | None]) -> None:
    assert foreseen(**history).value == pytest.approx(0.05)  # type: ignore[arg-type]


def test_the_risk_never_falls_when_something_bad_is_added_and_lies_in_its_range() -> None:
    grid = list(itertools.product(range(4), range(4), range(3), (10, 900, None)))
    for negative, complaints, threats, tenure in grid:
        one = foreseen(5, negative, complaints, threats, tenure)
        assert 0 < one.low <= one.value <= one.high < 1
        worse = [
            foreseen(5, negative + 1, complaints, threats, tenure),
            foreseen(5, negative, complaints + 1, threats, tenure),
            foreseen(5, negative, complaints, threats + 1, tenure), foreseen(5, negative, complaints, threats, 10),
        ]  # fmt: skip
        for other in worse:
            assert (other.low, other.value, other.high) >= (one.low, one.value, one.high)
            assert other.low >= one.low
            assert other.high >= one.high


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValidationError, match="order of size"):
        Ratio(low=3, middle=2, high=4)
    with pytest.raises(ValidationError, match="below 1"):
        ChurnRule(prior=Ratio(low=0.1, middle=0.5, high=1))
    with pytest.raises(ValidationError):
        Ratio(low=0, middle=1, high=2)
