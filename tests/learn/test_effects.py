"""What a play changed: the published values, an interval that may be looked at again and again, honest verdicts."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from flywheel.domain.outcome import Lift
from flywheel.domain.trial import ArmCount
from flywheel.learn.effects import EffectRules, anytime_half_width, lifts, standard_error

RULES = EffectRules(margin=0.02, min_arm=20, anytime_n=5_000)
Z = 1.959963984540054


def arms(treated: tuple[int, int], control: tuple[int, int], variant: str = "a") -> list[ArmCount]:
    return [
        ArmCount(variant=variant, arm="default", successes=treated[0], n=treated[1]),
        ArmCount(variant=variant, arm="holdout", successes=control[0], n=control[1]),
    ]


def lift(treated: tuple[int, int], control: tuple[int, int]) -> Lift:
    [one] = lifts("help", "returned", arms(treated, control), RULES, "c1")
    return one


def test_the_lift_has_newcombes_interval() -> None:
    one = lift((56, 70), (48, 80))
    assert (one.effect, one.low, one.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert (one.treated, one.control, one.n_treated, one.n_control) == (0.8, 0.6, 70, 80)


@pytest.mark.parametrize(("n", "times"), [(500, 1.97), (2_000, 1.59), (5_000, 1.55)])
def test_the_anytime_interval_is_wider_than_the_fixed_one_by_the_known_factor(n: int, times: float) -> None:
    error = 1 / sqrt(n)
    assert anytime_half_width(error, n, 5_000) / (Z * error) == pytest.approx(times, abs=0.01)


def test_who_looks_again_and_again_is_misled_by_the_fixed_interval_and_not_by_the_anytime_one() -> None:
    dice, paths, longest = np.random.default_rng(11), 400, 4_000
    looks = np.arange(100, longest + 1, 50)
    means = np.cumsum(dice.standard_normal((paths, longest)), axis=1)[:, looks - 1] / looks
    fixed = Z / np.sqrt(looks)
    anytime = np.array([anytime_half_width(1 / sqrt(n), int(n), 2_000) for n in looks])
    misled_fixed = float((np.abs(means) > fixed).any(axis=1).mean())
    misled_anytime = float((np.abs(means) > anytime).any(axis=1).mean())
    assert misled_fixed > 0.20
    assert misled_anytime <= 0.05


def test_the_fixed_interval_covers_the_truth_when_it_is_looked_at_once() -> None:
    dice, truth, n = np.random.default_rng(5), (0.30, 0.20), (150, 100)
    covered = 0
    for _ in range(1_000):
        successes = [int(dice.binomial(size, share)) for size, share in zip(n, truth, strict=True)]
        one = lift((successes[0], n[0]), (successes[1], n[1]))
        covered += one.low <= truth[0] - truth[1] <= one.high
    assert 930 <= covered <= 975


def test_the_standard_error_adds_one_of_each_and_is_never_zero() -> None:
    treated, control = arms((40, 100), (25, 100))
    by_hand = sqrt((41 / 102) * (61 / 102) / 102 + (26 / 102) * (76 / 102) / 102)
    assert standard_error(treated, control) == pytest.approx(by_hand)
    assert standard_error(*arms((0, 5), (5, 5))) > 0


@pytest.mark.parametrize(
    ("treated", "control", "verdict"),
    [
        ((700, 1000), (300, 1000), "works"), ((300, 1000), (700, 1000), "harms"), ((55, 100), (50, 100), "cannot tell"),
        ((200_000, 400_000), (200_000, 400_000), "no difference"), ((19, 19), (0, 1_000), "cannot tell"),
    ],
)  # fmt: skip
def test_a_verdict_says_no_more_than_the_numbers(
    treated: tuple[int, int], control: tuple[int, int], verdict: str
) -> None:
    one = lift(treated, control)
    assert one.verdict == verdict
    assert -1 <= one.anytime_low <= one.effect <= one.anytime_high <= 1
    if verdict in ("works", "harms"):
        assert not one.anytime_low <= 0 <= one.anytime_high


def test_variants_are_compared_each_with_its_own_holdout_and_an_empty_arm_with_none() -> None:
    two = [*arms((5, 50), (5, 50), "b"), *arms((9, 50), (5, 50), "a")]
    assert [one.variant for one in lifts("help", "m", two, RULES, "c1")] == ["a", "b"]
    assert lifts("help", "m", arms((0, 0), (5, 50)), RULES, "c1") == []
    assert lifts("help", "m", two[:1], RULES, "c1") == []
    assert lifts("help", "m", [], RULES, "c1") == []
