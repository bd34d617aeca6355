"""Off-policy: by hand, by simulation, on a real log, and refused where the log cannot tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from open_bandit import read_log

from flywheel.learn.off_policy import Log, evaluate

NEVER = 1e9


def test_the_estimators_are_what_the_notes_say_by_hand() -> None:
    # methods 4.14: w = 2, 1/2, 2, 1/2 over and over; SNIPS = sum(w r) / sum(w), ESS = (sum w)² / sum w²
    times = 100
    log = Log(
        np.array([0, 1, 0, 1] * times), np.array([1.0, 0.0, 0.0, 1.0] * times), np.array([0.4, 0.4, 0.4, 0.4] * times),
        np.zeros(4 * times, dtype=int),
    )  # fmt: skip
    chosen = np.where(log.action == 0, 0.8, 0.2)
    found = evaluate(log, chosen, np.array([[0.8, 0.2]]), NEVER)
    assert found.ips is not None
    assert found.snips is not None
    assert found.ips.value == pytest.approx((2 + 0.5) / 4)
    assert found.snips.value == pytest.approx((2 + 0.5) / 5)
    assert found.effective_n == pytest.approx((5 * times) ** 2 / (8.5 * times))
    assert found.mean_weight == pytest.approx(1.25)


def world(seed: int, n: int = 4_000) -> tuple[Log, np.ndarray, float]:
    dice = np.random.default_rng(seed)
    rewards = np.array([[0.05, 0.10, 0.20], [0.30, 0.10, 0.05]])
    old = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3]])
    new = np.array([[0.1, 0.3, 0.6], [0.7, 0.2, 0.1]])
    context = dice.integers(0, 2, n)
    action = np.minimum((dice.random(n)[:, None] > old.cumsum(axis=1)[context]).sum(axis=1), 2)
    reward = (dice.random(n) < rewards[context, action]).astype(float)
    return Log(action, reward, old[context, action], context), new, float((new * rewards).sum(axis=1).mean())


def test_each_estimators_interval_holds_the_truth_as_often_as_it_says() -> None:
    held: dict[str, list[bool]] = {"ips": [], "snips": [], "dr": []}
    widths: dict[str, list[float]] = {"ips": [], "snips": [], "dr": []}
    for seed in range(400):
        log, new, truth = world(seed)
        found = evaluate(log, new[log.context, log.action], new)
        for name, hits in held.items():
            value = getattr(found, name)
            hits.append(value.low <= truth <= value.high)
            widths[name].append(value.high - value.low)
    for name, hits in held.items():
        assert 0.92 <= np.mean(hits) <= 0.98, name
    assert np.mean(widths["dr"]) < np.mean(widths["ips"])


def test_the_old_policy_is_worth_what_it_earned() -> None:
    log, _, _ = world(1)
    found = evaluate(log, log.propensity, None)
    assert found.ips == found.snips == found.logged
    assert found.effective_n == pytest.approx(4_000)
    assert found.dr is None, "without the whole policy there is no doubly robust value"


def test_what_was_never_done_cannot_be_valued() -> None:
    log, new, _ = world(2)
    blind = log._replace(action=np.where(log.action == 2, 1, log.action))
    found = evaluate(blind, new[blind.context, blind.action], new)
    assert found.refused is not None
    assert "never done" in found.refused
    assert (found.ips, found.snips, found.dr) == (None, None, None)
    assert found.unseen == pytest.approx(0.35, abs=0.02)


def test_a_propensity_of_zero_is_refused() -> None:
    log, new, _ = world(3)
    propensity = log.propensity.copy()
    propensity[7] = 0
    found = evaluate(log._replace(propensity=propensity), new[log.context, log.action], new)
    assert found.refused is not None
    assert "zero" in found.refused


def test_a_log_of_too_few_effective_decisions_is_refused() -> None:
    log, new, _ = world(4, 150)
    found = evaluate(log, new[log.context, log.action], new)
    assert found.refused is not None
    assert "worth" in found.refused
    assert found.effective_n < 100


def test_a_log_in_which_nothing_happened_is_refused() -> None:
    log, new, _ = world(5)
    found = evaluate(log._replace(reward=np.zeros(len(log.reward))), new[log.context, log.action], new)
    assert found.refused is not None
    assert "earned anything" in found.refused


def test_large_weights_are_cut_and_counted() -> None:
    log, new, _ = world(6)
    free, cut = (evaluate(log, new[log.context, log.action], new, clip) for clip in (NEVER, 2.0))
    assert (free.clipped, cut.clipped > 0, cut.clipped_at) == (0, True, 2.0)
    assert cut.effective_n > free.effective_n


def test_each_open_bandit_policys_value_from_the_others_log_meets_what_it_really_earned(data_dir: Path) -> None:
    """The clicks are 46 and 69, so the intervals are wide: that they meet is all that can be asked."""
    random, bts = (read_log(data_dir / "09_learn" / f"open_bandit_{name}_men.csv") for name in ("random", "bts"))
    shown = np.zeros((3, 34))
    np.add.at(shown, (bts.context, bts.action), 1)
    for log, other, table in (
        (random, bts, shown / shown.sum(axis=1, keepdims=True)),
        (bts, random, np.full((3, 34), 1 / 34)),
    ):
        found = evaluate(log, table[log.context, log.action], table)
        real = evaluate(other, other.propensity, None).logged
        assert found.refused is None
        assert found.effective_n > 500
        for value in (found.ips, found.snips, found.dr):
            assert value is not None
            assert value.low <= real.high
            assert real.low <= value.high
