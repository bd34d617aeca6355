"""The trend of a person's words: a slope that can be checked by hand, and silence where there is too little."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from flywheel.checks import check_predictor
from flywheel.domain.prediction import PersonHistory, Prediction, Utterance
from flywheel.predict.trend import Trend

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(said: Sequence[tuple[float, float | None]]) -> PersonHistory:
    """Make a person from (days ago, sentiment), the oldest first."""
    lately = tuple(Utterance(at=NOON - timedelta(days=ago), sentiment=value) for ago, value in said)
    return PersonHistory(
        person_id="p1", as_of=NOON, feedback_90d=len(said), negative_90d=0, complaints_90d=0, threats_90d=0,
        tenure_days=None, value=None, lately=lately,
    )  # fmt: skip


def foreseen(said: Sequence[tuple[float, float | None]]) -> list[Prediction]:
    return Trend().predict([person(said)])


def test_a_slope_is_in_points_a_month() -> None:
    [found] = foreseen([(120, 0.9), (90, 0.5), (60, 0.1), (30, -0.3), (0, -0.7)])
    # five points 30 days apart: Sxx = 10 months squared, Student's 3.1824 with 3 degrees of freedom, scatter 0.4
    assert found.value == pytest.approx(-0.4)
    assert found.high - found.value == pytest.approx(3.1824 * 0.4 / 10**0.5, abs=1e-3)
    assert found.drivers == ("cannot tell whether they grow happier or unhappier", "5 texts in 120 days")


def test_a_long_fall_is_told() -> None:
    [found] = foreseen([(210 - 30 * k, 0.9 - 0.25 * k) for k in range(8)])
    assert found.high < 0
    assert found.drivers[0] == "grows unhappier"


@pytest.mark.parametrize(
    "said",
    [
        [],
        [(40, 0.5), (30, 0.4), (20, 0.3), (0, -0.2)],
        [(40, 0.5), (30, 0.4), (20, None), (10, 0.2), (0, -0.2)],
        [(5, 0.9), (4, 0.5), (3, 0.1), (2, -0.5), (0, -0.9)],
    ],
    ids=["nothing said", "four texts", "one not read", "within a week"],
)
def test_of_too_little_nothing_is_said(said: Sequence[tuple[float, float | None]]) -> None:
    assert foreseen(said) == []


def test_five_texts_alike_do_not_prove_that_nothing_changes() -> None:
    [found] = foreseen([(40 - 10 * k, 0.5) for k in range(5)])
    assert found.value == 0
    assert found.high > 0.5


def test_where_there_is_no_trend_one_is_seen_in_one_of_twenty_at_most() -> None:
    chance = np.random.default_rng(5)
    seen = 0
    for _ in range(400):
        said = [(70.0 - 10 * k, float(np.clip(chance.normal(0.1, 0.45), -1, 1))) for k in range(8)]
        seen += "cannot tell" not in foreseen(said)[0].drivers[0]
    assert seen <= 28  # 400 x .05 and two standard errors


def test_it_is_a_predictor() -> None:
    check_predictor(Trend(), [person([(90 - 10 * k, 0.1 * k) for k in range(8)])])
