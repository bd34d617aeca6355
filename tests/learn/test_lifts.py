"""What a play changed: the published values, honest verdicts, segments drawn together, amounts with their past."""

from __future__ import annotations

import numpy as np
import pytest
from sums_of import both, row, shares

from flywheel.domain.outcome import Lift
from flywheel.domain.play import Measured, Play
from flywheel.domain.trial import NONE, POLICY, Sums
from flywheel.learn.cuped import adjusted, cuped
from flywheel.learn.lifts import EffectRules, lifts, policy_lift
from flywheel.learn.tails import kurtosis_of, tails

RULES = EffectRules(margin=0.02, min_arm=20, anytime_n=5_000)
PLAY = Play(name="help", tier="friction", when="x", channel="mail", template="t", metric="returned")
SPEND = Measured(metric="returned", days=7, kind="amount")


def lift(treated: tuple[int, int], control: tuple[int, int]) -> Lift:
    return lifts(PLAY, both(treated, control), RULES, "c1")[0]


def amounts(after: np.ndarray, before: np.ndarray | None = None) -> Sums:
    past = np.zeros(len(after)) if before is None else before
    moments = [float((after**power).sum()) for power in (1, 2, 3, 4)]
    return NONE._replace(
        n=len(after), happened=int((after > 0).sum()), total=moments[0], squares=moments[1], cubes=moments[2],
        fourths=moments[3], before=float(past.sum()), before_squares=float((past**2).sum()),
        product=float((past * after).sum()), zeros=int((after == 0).sum()),
    )  # fmt: skip


def test_the_lift_has_newcombes_interval() -> None:
    one = lift((56, 70), (48, 80))
    assert (one.effect, one.low, one.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert (one.treated, one.control, one.n_treated, one.n_control) == (0.8, 0.6, 70, 80)


def test_the_fixed_interval_covers_the_truth_when_it_is_looked_at_once() -> None:
    dice, truth, n = np.random.default_rng(5), (0.30, 0.20), (150, 100)
    covered = 0
    for _ in range(600):
        successes = [int(dice.binomial(size, share)) for size, share in zip(n, truth, strict=True)]
        one = lift((successes[0], n[0]), (successes[1], n[1]))
        covered += one.low <= truth[0] - truth[1] <= one.high
    assert 555 <= covered <= 588


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


def test_where_less_is_better_a_rise_is_harm() -> None:
    leaving = PLAY.model_copy(update={"metric": None, "also": (Measured(metric="returned", better="less"),)})
    [one] = lifts(leaving, both((700, 1000), (300, 1000)), RULES, "c1")
    assert (one.verdict, one.effect) == ("harms", pytest.approx(0.4))


def test_variants_are_compared_each_with_its_own_holdout_and_an_empty_arm_with_none() -> None:
    two = [*both((5, 50), (5, 50), variant="b"), *both((9, 50), (5, 50))]
    assert [one.variant for one in lifts(PLAY, two, RULES, "c1")] == ["a", "b"]
    for nothing in (both((0, 0), (5, 50)), two[:1], []):
        assert lifts(PLAY, nothing, RULES, "c1") == []


def test_exempt_people_and_the_control_of_all_plays_are_no_part_of_a_plays_lift() -> None:
    whole = both((40, 100), (25, 100))
    more = [*whole, row("exempt", shares(500, 500)), row("control", shares(500, 0))]
    assert lifts(PLAY, more, RULES, "c1") == lifts(PLAY, whole, RULES, "c1")


def test_arms_whose_sizes_do_not_fit_the_plan_get_no_verdict() -> None:
    missing = [row("default", shares(700, 650), plan=0.7), row("holdout", shares(500, 100), plan=0.7)]
    one = lifts(PLAY, missing, RULES, "c1")[0]
    assert one.verdict == "cannot tell"
    assert "sizes do not fit" in one.reason


def test_a_holdout_that_shrinks_in_a_good_week_is_not_taken_for_an_effect() -> None:
    rows = [
        *both((100, 500), (100, 500), plan=0.5),
        *both((456, 950), (24, 50), plan=0.95, week="2026-01-12"),  # everybody comes back more often in this week
    ]
    one = lifts(PLAY, rows, RULES, "c1")[0]
    assert (one.treated - one.control, one.effect) == (pytest.approx(0.158, abs=1e-3), pytest.approx(0.0, abs=1e-12))
    assert one.verdict != "works"
    assert one.low < 0 < one.high


def test_a_segment_is_drawn_towards_the_others_and_small_ones_are_left_out() -> None:
    parts = [
        *both((60, 100), (20, 100), segment="a"), *both((30, 100), (25, 100), segment="b"),
        *both((32, 100), (25, 100), segment="c"), *both((9, 9), (0, 9), segment="tiny"),
    ]  # fmt: skip
    found = {one.segment: one for one in lifts(PLAY, parts, RULES, "c1")}
    assert set(found) == {"all", "segment: a", "segment: b", "segment: c"}
    assert found["all"].effect < found["segment: a"].effect < 0.40
    assert found["segment: b"].effect > 0.05
    assert "as measured" in found["segment: a"].reason


def test_amounts_use_what_people_did_before_and_the_sums_say_what_the_people_say() -> None:
    dice = np.random.default_rng(3)
    before, noise = dice.gamma(4, 5, 400), dice.normal(0, 2, 400)
    after = before + noise + np.repeat([3.0, 0.0], 200)
    arms = np.repeat([0, 1], 200)
    treated, control = amounts(after[:200], before[:200]), amounts(after[200:], before[200:])
    people = cuped(after, before, arms)
    both_ways = adjusted(treated, control)
    assert both_ways.explained == pytest.approx(people.explained)
    assert both_ways.treated.mean - both_ways.control.mean == pytest.approx(
        people.values[:200].mean() - people.values[200:].mean()
    )
    assert both_ways.treated.variance == pytest.approx(people.values[:200].var(ddof=1))

    spend = PLAY.model_copy(update={"metric": None, "also": (SPEND,)})
    [one] = lifts(spend, [row("default", treated), row("holdout", control)], RULES, "c1")
    assert one.low <= 3 <= one.high
    assert one.high - one.low < 1.2  # without the past it would be about 4
    assert "before took" in one.reason
    assert one.verdict == "works"


def test_heavy_tails_are_said_and_seen_in_sums_as_in_values() -> None:
    values = np.zeros(500)
    values[:20], values[0] = 10.0, 4_000.0
    assert kurtosis_of(amounts(values)) == pytest.approx(tails(values).kurtosis)
    spend = PLAY.model_copy(update={"metric": None, "also": (SPEND,)})
    [one] = lifts(spend, [row("default", amounts(values)), row("holdout", amounts(values[1:]))], RULES, "c1")
    assert "heavy tails" in one.reason


def test_all_plays_together_are_held_against_those_for_whom_nothing_is_done() -> None:
    rows = both((400, 1_000), (30, 200), play=POLICY, variant="")
    [one] = policy_lift(POLICY, PLAY.measured[0], rows, RULES, "c1")
    assert (one.play, one.variant, one.n_control, one.verdict) == (POLICY, "", 200, "works")
