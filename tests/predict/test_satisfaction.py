"""Satisfaction of those who never answer: learned from those who did, with an error, or not said at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flywheel.checks import check_predictor
from flywheel.domain.prediction import PersonHistory
from flywheel.predict.satisfaction import Satisfaction, learn_satisfaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(n: int, at: datetime, sentiment: float, score: float | None) -> PersonHistory:
    return PersonHistory(
        person_id=f"p{n}", as_of=at, feedback_90d=1, negative_90d=int(sentiment < -0.3), complaints_90d=0,
        threats_90d=0, sentiment_90d=sentiment, score_90d=score, tenure_days=None, value=None,
    )  # fmt: skip


def town(*, words_tell: bool) -> list[PersonHistory]:
    chance = np.random.default_rng(2)
    said = chance.uniform(-1, 1, 600)
    noise = chance.normal(0, 0.1, 600)
    score = np.clip((0.5 + 0.4 * said if words_tell else 0.5) + noise, 0, 1)
    return [person(n, NOON - timedelta(days=90 * (6 - n // 100)), float(said[n]), float(score[n])) for n in range(600)]


def test_who_never_answers_is_foreseen_with_the_error_of_those_who_did() -> None:
    found = learn_satisfaction(town(words_tell=True), seed=1)
    assert found.error == pytest.approx(0.1, abs=0.02)
    assert found.error_of_mean == pytest.approx(0.25, abs=0.03)
    predictor = Satisfaction(learned=found.learned)
    happy, upset, answered = person(1, NOON, 0.9, None), person(2, NOON, -0.9, None), person(3, NOON, 0.0, 0.8)
    said = {one.person_id: one for one in predictor.predict([happy, upset, answered])}
    assert set(said) == {"p1", "p2"}
    assert said["p1"].value > 0.75
    assert said["p2"].value < 0.25
    assert said["p2"].drivers == ("unhappy words",)
    assert said["p1"].low == pytest.approx(said["p1"].value - 1.96 * (found.error or 0), abs=1e-3)
    assert said["p1"].model.startswith("satisfaction-linear-1.")
    check_predictor(predictor)


def test_where_words_tell_nothing_nobody_is_guessed_at() -> None:
    found = learn_satisfaction(town(words_tell=False), seed=1)
    assert found.learned is None
    assert "nobody is guessed at" in found.says
    assert Satisfaction().predict([person(1, NOON, 0.9, None)]) == []


def test_answers_of_one_time_have_no_later_one() -> None:
    found = learn_satisfaction([person(n, NOON, 0.1 * (n % 9), 0.5) for n in range(99)], seed=1)
    assert found.learned is None
    assert "one time" in found.says
