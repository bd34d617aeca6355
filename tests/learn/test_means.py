"""Means: Welch's interval, amounts that few people spend, ratios, weights, and what the time before explains."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from flywheel.domain.trial import ArmCount
from flywheel.learn.cuped import cuped
from flywheel.learn.effects import standard_error
from flywheel.learn.means import Sample, degrees_of_freedom, relative, sample_of, welch, with_rare_events
from flywheel.learn.tails import bootstrap, tails

# Student's sleep data (1908), in every R: t.test(extra ~ group, data = sleep) prints what is expected below
FIRST = sample_of(np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]))
SECOND = sample_of(np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]))


def test_welch_gives_what_r_prints_for_the_sleep_data() -> None:
    assert degrees_of_freedom(FIRST, SECOND) == pytest.approx(17.776, abs=1e-3)
    assert welch(FIRST, SECOND) == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=2e-4)


def test_the_spread_of_one_value_is_not_known() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        welch(FIRST, sample_of(np.array([1.0])))


def test_where_nothing_varies_the_interval_is_the_difference() -> None:
    assert welch(sample_of(np.full(5, 3.0)), sample_of(np.full(5, 2.0))) == (1.0, 1.0, 1.0)


def test_for_amounts_of_one_a_rare_event_more_is_agresti_and_caffos_formula() -> None:
    bought = sample_of(np.array([1.0] * 4 + [0.0] * 96)), sample_of(np.array([1.0] * 9 + [0.0] * 191))
    pair = with_rare_events(*bought)
    assert pair is not None
    arms = [ArmCount(variant="", arm="", n=100, successes=4), ArmCount(variant="", arm="", n=200, successes=9)]
    assert [one.mean for one in pair] == pytest.approx([5 / 102, 10 / 202])
    # n - 1 below instead of n
    assert sqrt(pair[0].error2 + pair[1].error2) == pytest.approx(standard_error(*arms), rel=0.01)


def test_of_hardly_any_event_no_interval_is_made_and_where_zeros_are_few_nothing_is_added() -> None:
    nobody = sample_of(np.zeros(1_000))
    assert with_rare_events(nobody, sample_of(np.array([9.0] * 4 + [0.0] * 996))) is None
    assert with_rare_events(FIRST, SECOND) == (FIRST, SECOND)


def test_fiellers_ends_solve_his_equation() -> None:
    one, other = Sample(400, 12.0, 900.0), Sample(300, 10.0, 400.0)
    found = relative(one, other)
    assert found is not None
    assert found[0] == pytest.approx(0.2)
    for end in found[1:]:  # (m - r c)² = z² (v + r² w)
        ratio = 1 + end
        assert (12 - ratio * 10) ** 2 == pytest.approx(1.959964**2 * (900 / 400 + ratio**2 * 400 / 300), rel=1e-6)


def test_relative_to_what_may_be_zero_there_is_no_ratio() -> None:
    assert relative(Sample(50, 1.0, 4.0), Sample(50, 0.1, 4.0)) is None


def test_equal_weights_change_nothing_but_the_last_digit_and_unequal_ones_undo_a_skewed_choice() -> None:
    values = np.array([1.0, 2.0, 3.0, 6.0])
    weighed = sample_of(values, np.full(4, 5.0))
    assert (weighed.n, weighed.mean) == pytest.approx((4, 3.0))
    dice = np.random.default_rng(1)
    everybody = dice.normal(10, 3, 200_000)
    chance = np.where(everybody > 10, 0.8, 0.2)
    taken = dice.random(len(everybody)) < chance
    assert sample_of(everybody[taken]).mean > 11
    assert sample_of(everybody[taken], 1 / chance[taken]).mean == pytest.approx(10, abs=0.05)


def test_cuped_keeps_the_effect_and_takes_out_the_part_that_the_past_explains() -> None:
    # Deng et al. 2013: the variance falls by the squared correlation, here 0.8² = 0.64
    dice, n = np.random.default_rng(4), 40_000
    arms = dice.integers(0, 2, n)
    before = dice.normal(50, 10, n)
    values = 0.8 * before + dice.normal(0, 6, n) + 2.0 * arms
    found = cuped(values, before, arms)
    assert found.explained == pytest.approx(0.64, abs=0.01)
    assert found.values[arms == 1].mean() - found.values[arms == 0].mean() == pytest.approx(2.0, abs=0.2)
    assert found.values.var() < 0.4 * values.var()


def test_cuped_leaves_alone_what_has_no_past() -> None:
    values, arms = np.array([1.0, 2.0, 3.0]), np.array([0, 1, 0])
    assert cuped(values, np.full(3, np.nan), arms).values.tolist() == [1.0, 2.0, 3.0]
    missing = cuped(values, np.array([1.0, np.nan, 3.0]), arms)
    assert not np.isnan(missing.values).any()


def test_a_tail_is_called_heavy_when_a_few_carry_the_sum() -> None:
    dice = np.random.default_rng(2)
    assert not tails(dice.normal(100, 10, 10_000)).heavy
    assert tails(np.exp(dice.normal(0, 2.5, 10_000))).heavy
    assert tails(np.array([0.0] * 990 + [100.0] * 10)).top_share == 1
    assert tails(np.zeros(10)) == (0.0, 0.0)


def test_the_bootstrap_agrees_with_welch_where_both_are_right() -> None:
    dice = np.random.default_rng(3)
    one, other = dice.exponential(3, 4_000), dice.exponential(2.5, 4_000)
    low, high = bootstrap(one, other, np.random.default_rng(1))
    assert (low, high) == pytest.approx(welch(sample_of(one), sample_of(other))[1:], abs=0.02)
    assert bootstrap(one, other, np.random.default_rng(1)) == (low, high)
    assert bootstrap(np.zeros(9), np.zeros(9), dice) == (0, 0)
