"""Risks learned from outcomes: only where they are surely better than the rule, and said as such; values from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flywheel.checks import check_predictor
from flywheel.domain.prediction import EarlyWarning, PersonHistory, Utterance
from flywheel.predict.churn import Churn, Lesson, columns_of, learn
from flywheel.predict.churn_rule import ChurnRule
from flywheel.predict.lifetime import Lifetime
from flywheel.predict.model import trained
from flywheel.predict.packed import packed, unpacked

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def history(n: int, at: datetime, negative: int, signals: int, value: float | None = None) -> PersonHistory:
    return PersonHistory(
        person_id=f"p{n}", as_of=at, feedback_90d=max(negative, 1), negative_90d=negative, complaints_90d=negative,
        threats_90d=0, sentiment_90d=-0.2 * negative, signals_90d=signals, tenure_days=None, value=value,
    )  # fmt: skip


def town(*, signals_matter: bool) -> tuple[list[PersonHistory], np.ndarray]:
    """Six quarters of 250 people; whether an incident makes people leave, or nothing does."""
    chance = np.random.default_rng(5)
    histories, left = [], []
    for quarter in range(6):
        at = NOON - timedelta(days=90 * (7 - quarter))
        for n in range(250):
            signals = int(chance.integers(0, 3))
            histories.append(history(n, at, int(chance.integers(0, 3)), signals))
            left.append(float(chance.random() < (0.02 + 0.25 * signals if signals_matter else 0.1)))
    return histories, np.array(left)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return learn(*town(signals_matter=True), ChurnRule(), seed=1)


def test_what_drives_people_away_here_is_learned_and_told(lesson: Lesson) -> None:
    assert lesson.learned is not None
    assert lesson.auc is not None
    assert lesson.auc.low > 0.6
    assert lesson.brier is not None
    assert lesson.brier.value < (lesson.brier_of_rule or 0)
    churn = Churn(learned=lesson.learned)
    calm, hit = churn.predict([history(1, NOON, 0, 0), history(2, NOON, 0, 2)])
    assert calm.value < 0.15
    assert hit.value > 0.4
    assert all(one.low <= one.value <= one.high for one in (calm, hit))
    assert hit.model.startswith("churn-logistic-1.")
    assert hit.drivers == ("incidents 2",)


def test_where_the_risk_is_learned_early_warnings_are_not_counted_again(lesson: Lesson) -> None:
    last = Utterance(at=NOON, sentiment=-0.5, topics=("refund",))
    people = [history(1, NOON, 1, 0).model_copy(update={"lately": (last,)})]
    warned = ChurnRule(warnings=(EarlyWarning(topic="refund", low=2, middle=3, high=4.5),))
    plain, [beside] = Churn(learned=lesson.learned), Churn(learned=lesson.learned, rule=warned).predict(people)
    assert [beside] == plain.predict(people)
    assert Churn(rule=warned).predict(people)[0].value > Churn().predict(people)[0].value


def test_where_nothing_can_be_learned_the_rule_stays_and_says_so() -> None:
    found = learn(*town(signals_matter=False), ChurnRule(), seed=1)
    assert found.learned is None
    assert "the rule stays" in found.says
    [one] = Churn().predict([history(1, NOON, 0, 2)])
    assert one.model == "churn-rule-1"


def test_one_moment_has_no_later_one_to_be_asked_about() -> None:
    histories, left = town(signals_matter=True)
    found = learn(histories[:250], left[:250], ChurnRule(), seed=1)
    assert found.learned is None
    assert "Split in time" in found.says


def test_a_model_is_the_same_when_unpacked() -> None:
    histories, left = town(signals_matter=True)
    columns = columns_of(histories)
    model = trained(columns, left, np.arange(len(left)))
    again = unpacked(packed(model))
    assert again.risks(columns).tolist() == model.risks(columns).tolist()
    assert packed(again) == packed(model)
    with pytest.raises(ValueError, match="learned again"):
        unpacked(packed(model).replace("churn-logistic-1", "churn-logistic-0"))


def test_predictors_keep_their_promises(lesson: Lesson) -> None:
    check_predictor(Churn())
    check_predictor(Churn(learned=lesson.learned))
    check_predictor(Lifetime(margin_per_year=100))


def test_a_given_value_is_kept_and_others_are_margin_times_expected_life() -> None:
    lifetime = Lifetime(margin_per_year=120, discount=0.1)
    given, expected = lifetime.predict([history(1, NOON, 0, 0, value=900), history(2, NOON, 0, 0)])
    assert (given.value, given.low, given.model) == (900, 900, "clv-given")
    stays = 0.95 ** (365.25 / 90)  # the rule without a sign: 5 % in 90 days
    assert expected.value == pytest.approx(120 * stays / (1.1 - stays))
    assert expected.low < expected.value < expected.high
    assert expected.model == "clv-margin-1 on churn-rule-1"


def test_who_is_likelier_to_leave_is_worth_less_and_nothing_is_made_up() -> None:
    lifetime = Lifetime(margin_per_year=120)
    calm, upset = lifetime.predict([history(1, NOON, 0, 0), history(2, NOON, 2, 0)])
    assert upset.value < calm.value
    assert Lifetime().predict([history(1, NOON, 0, 0)]) == []
