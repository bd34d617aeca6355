"""The stated rule of leaving: odds that can be checked by hand, and no sign that counts the wrong way."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from flywheel.domain.prediction import EarlyWarning, PersonHistory, Prediction, Utterance
from flywheel.predict.churn_rule import ChurnRule, Ratio

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFUND = EarlyWarning(topic="refund", low=2, middle=3, high=4.5)
SEATS = EarlyWarning(topic="seats", low=0.4, middle=0.5, high=0.8)


def foreseen(
    feedback: int = 1, negative: int = 0, complaints: int = 0, threats: int = 0, tenure: int | None = 900
) -> Prediction:
    history = PersonHistory(
        person_id="p1", as_of=NOON, feedback_90d=feedback, negative_90d=negative, complaints_90d=complaints,
        threats_90d=threats, tenure_days=tenure, value=None,
    )  # fmt: skip
    [one] = ChurnRule().predict([history])
    return one


def spoken(warnings: tuple[EarlyWarning, ...], *texts: tuple[str, ...]) -> Prediction:
    """Return what is foreseen of somebody who spoke of these topics, text by text, with nothing else to tell."""
    lately = tuple(
        Utterance(at=NOON - timedelta(days=9 - at), sentiment=0.0, topics=one) for at, one in enumerate(texts)
    )
    history = PersonHistory(
        person_id="p1", as_of=NOON, feedback_90d=9, negative_90d=0, complaints_90d=0, threats_90d=0, tenure_days=900,
        value=None, lately=lately,
    )  # fmt: skip
    [one] = ChurnRule(warnings=warnings).predict([history])
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


def test_what_leavers_spoke_of_last_counts_with_its_odds_ratio_and_says_where_that_was_learned() -> None:
    # odds 0.05/0.95 x 3 = 0.15789; low 0.03/0.97 x 2 = 0.06186, high 0.10/0.90 x 4.5 = 0.5
    one = spoken((REFUND,), (), ("refund", "seats"))
    assert (one.low, one.value, one.high) == pytest.approx((0.05825, 0.13636, 0.33333), abs=1e-5)
    assert one.drivers == ("spoke of refund last, as people who left did (learning warning:refund)",)
    assert one.model.startswith("churn-rule-1.")
    assert one.model != spoken((REFUND, SEATS), ("refund",)).model


def test_only_the_last_text_warns_and_of_its_topics_only_the_one_that_weighs_most() -> None:
    assert spoken((REFUND, SEATS), ("refund",), ()).value == pytest.approx(0.05)
    assert spoken((REFUND, SEATS), ("refund", "seats")).value == spoken((REFUND,), ("refund",)).value


def test_what_people_who_stay_speak_of_lowers_the_risk() -> None:
    one = spoken((SEATS,), ("seats",))
    assert one.value == pytest.approx(0.05 / 0.95 * 0.5 / (1 + 0.05 / 0.95 * 0.5))
    assert one.drivers == ("spoke of seats last, as people who stayed did (learning warning:seats)",)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValidationError, match="order of size"):
        Ratio(low=3, middle=2, high=4)
    with pytest.raises(ValidationError, match="below 1"):
        ChurnRule(prior=Ratio(low=0.1, middle=0.5, high=1))
    with pytest.raises(ValidationError):
        Ratio(low=0, middle=1, high=2)
