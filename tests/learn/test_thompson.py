"""Allocation: propensities that are computed, kept above a floor, and learned across segments."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from flywheel.learn.replay import replay
from flywheel.learn.thompson import (
    Belief,
    Seen,
    allocation,
    arms_for,
    best_of_means,
    best_of_shares,
    forgotten,
    propensities,
)


def test_the_chance_to_be_best_has_its_closed_form() -> None:
    # Beta(1, 1) against Beta(2, 1): the integral of x 2x dx = 2/3
    assert best_of_shares([Seen(0, 0), Seen(1, 1)]) == pytest.approx([1 / 3, 2 / 3], abs=1e-4)
    # two normals: Phi(1 / sqrt(2))
    assert best_of_means([Belief(0, 1), Belief(1, 1)]) == pytest.approx([0.23975, 0.76025], abs=1e-5)


@pytest.mark.parametrize(
    "seen",
    [
        [Seen(100, 20), Seen(100, 25), Seen(5_000, 1_000)], [Seen(1e6, 2e5), Seen(1e6, 200_500)],
        [Seen(10, 0), Seen(10, 10)], [Seen(40, 0), Seen(30, 0), Seen(20, 0), Seen(10, 0)],
    ],
)  # fmt: skip
def test_the_chance_to_be_best_is_what_a_million_draws_say(seen: list[Seen]) -> None:
    dice, draws = np.random.default_rng(1), 1_000_000
    sampled = np.array([dice.beta(1 + one.successes, 1 + one.n - one.successes, draws) for one in seen])
    counted = np.bincount(sampled.argmax(axis=0), minlength=len(seen)) / draws
    assert best_of_shares(seen) == pytest.approx(counted, abs=0.003)


def test_the_floor_is_added_so_that_the_order_stays_and_every_arm_can_be_logged() -> None:
    shares = propensities(np.array([0.98, 0.02, 0.0]), 0.05)
    assert shares == pytest.approx([0.05 + 0.85 * 0.98, 0.05 + 0.85 * 0.02, 0.05])
    assert shares.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="leaves nothing"):
        propensities(np.array([0.5, 0.5]), 0.6)


def test_nothing_is_weighed_before_each_arm_has_a_hundred_people() -> None:
    assert allocation([Seen(5_000, 900), Seen(99, 50)]).tolist() == [0.5, 0.5]
    assert allocation([Seen(5_000, 900), Seen(100, 50)])[1] > 0.9


def test_a_drifting_world_is_followed_by_forgetting() -> None:
    turned = [Seen(10_000, 2_000), Seen(10_000, 1_500)]
    for _ in range(30):
        turned = [
            Seen(old.n + 200, old.successes + new) for old, new in zip(forgotten(turned, 0.8), (20, 50), strict=True)
        ]
    assert allocation(turned)[1] > 0.9
    assert forgotten([Seen(10, 5)], 1.0) == [Seen(10, 5)]


def test_a_draw_falls_to_the_same_arm_again_and_as_often_as_the_shares_say() -> None:
    shares = np.array([0.1, 0.6, 0.3])
    draws = np.random.default_rng(3).random(100_000)
    assert np.bincount(arms_for(draws, shares)) / 100_000 == pytest.approx(shares, abs=0.01)
    assert arms_for(np.array([0.0, 0.0999, 0.1, 0.9999999]), shares).tolist() == [0, 0, 1, 2]


def test_the_replayed_hillstrom_trial_earns_95_percent_of_its_best_arm_and_its_regret_falls(data_dir: Path) -> None:
    names = ["No E-Mail", "Womens E-Mail", "Mens E-Mail"]
    with (data_dir / "09_learn" / "hillstrom_email_rct_64k.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    arms = np.array([names.index(row["segment"]) for row in rows])
    visits = np.array([float(row["visit"]) for row in rows])
    rates = np.array([visits[arms == arm].mean() for arm in range(3)])
    earned, regrets = [], []
    for seed in range(5):
        turns = list(replay(arms, visits, 10, np.random.default_rng(seed)))
        regrets.append([rates.max() - turn.shares @ rates for turn in turns])
        earned.append(sum(turn.successes for turn in turns) / sum(turn.n for turn in turns) / rates.max())
        assert rates[-1] - regrets[-1][-1] >= 0.95 * rates.max(), "what the last cycle's propensities earn"
        assert 15_000 < sum(turn.n for turn in turns) < 27_000
    assert np.mean(earned) >= 0.95, "all ten cycles, the first with equal shares"
    by_cycle = np.mean(regrets, axis=0)
    assert by_cycle[9] < by_cycle[4] < by_cycle[0]
    assert by_cycle[1:].max() < by_cycle[0]
