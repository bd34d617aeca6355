"""Power, the sample-ratio check, many comparisons, and verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.domain.multiple import holm
from flywheel.learn.power import detectable, outlook, people_needed
from flywheel.learn.sample_ratio import THRESHOLD, propensity_p, sample_ratio_p
from flywheel.learn.verdicts import judged


@pytest.mark.parametrize(
    ("effect", "holdout", "people"),
    [
        (0.05, 0.1, 5_678), (0.05, 0.2, 3_248), (0.05, 0.5, 2_182), (0.10, 0.1, 1_439), (0.10, 0.2, 834),
        (0.10, 0.5, 581),
    ],
)  # fmt: skip
def test_a_trial_needs_as_many_people_as_the_notes_say(effect: float, holdout: float, people: int) -> None:
    # methods 4.11: from 20 %, 80 % power, two-sided 5 %
    assert people_needed(0.20, effect, holdout) == people


def test_what_a_trial_could_have_seen_is_what_it_was_planned_for() -> None:
    n = people_needed(0.20, 0.05, 0.5)
    error = (0.2 * 0.8 / (n / 2) + 0.25 * 0.75 / (n / 2)) ** 0.5
    assert detectable(error) == pytest.approx(0.05, abs=1e-4)


def test_a_play_is_told_when_it_will_know_or_that_it_never_can() -> None:
    many = outlook(0.20, 0.05, holdout=0.2, people_a_cycle=500, limit=52, tuned_to=5_000)
    assert many.cycles is not None
    assert many.cycles * 500 > many.people == 3_248, "who looks every cycle needs more than who looks once"
    few = outlook(0.20, 0.02, holdout=0.1, people_a_cycle=30, limit=52, tuned_to=5_000)
    assert few.cycles is None
    assert "never" in few.says
    assert outlook(0.2, 0.05, holdout=0.5, people_a_cycle=0, limit=3, tuned_to=5_000).cycles is None


@pytest.mark.parametrize("wrong", [(0.2, 0.0, 0.5), (0.9, 0.2, 0.5), (0.2, 0.05, 1.0)])
def test_an_effect_that_cannot_be_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="Rates lie"):
        people_needed(*wrong)


def test_the_promised_power_is_kept() -> None:
    dice, runs, n = np.random.default_rng(8), 4_000, people_needed(0.20, 0.05, 0.5) // 2
    treated, control = dice.binomial(n, 0.25, runs) / n, dice.binomial(n, 0.20, runs) / n
    error = np.sqrt(treated * (1 - treated) / n + control * (1 - control) / n)
    seen = float(((treated - control) / error > 1.959964).mean())
    assert seen == pytest.approx(0.80, abs=0.02)


def test_the_sample_ratio_check_has_its_textbook_values() -> None:
    # Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments, chapter 3: p 1.8e-6
    assert sample_ratio_p([821_588, 815_482]) == pytest.approx(1.8e-6, rel=0.05)
    assert sample_ratio_p([50, 50]) == 1
    assert sample_ratio_p([60, 40]) == pytest.approx(0.0455, abs=1e-4)  # chi² = 4


def test_planned_shares_are_held_against_what_came() -> None:
    assert sample_ratio_p([900, 100]) < THRESHOLD
    assert sample_ratio_p([900, 100], [0.9, 0.1]) == 1
    with pytest.raises(ValueError, match="planned share"):
        sample_ratio_p([1, 2], [1.0])


def test_true_propensities_pass_and_false_ones_do_not() -> None:
    dice = np.random.default_rng(6)
    chance = dice.uniform(0.2, 0.8, 20_000)
    treated = dice.random(20_000) < chance
    assert propensity_p([chance[treated], 1 - chance[~treated]], 20_000) > 0.01
    wrong = np.full(20_000, 0.4)
    assert propensity_p([wrong[treated], 1 - wrong[~treated]], 20_000) < THRESHOLD


def test_holm_corrects_as_r_does() -> None:
    # what p.adjust of R gives for these four with method "holm"
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1, 1]


@pytest.mark.parametrize(
    ("span", "margin", "people", "verdict"),
    [
        ((0.01, 0.05), None, 500, "works"), ((-0.05, -0.01), None, 500, "harms"),
        ((-0.01, 0.01), None, 500, "cannot tell"),
        ((-0.01, 0.01), 0.02, 500, "no difference"), ((-0.01, 0.03), 0.02, 500, "cannot tell"),
        ((0.01, 0.05), None, 19, "cannot tell"), (None, 0.02, 500, "cannot tell"), ((0.005, 0.01), 0.02, 500, "works"),
        ((-0.02, 0.01), 0.02, 500, "cannot tell"),
    ],
)  # fmt: skip
def test_a_verdict_says_no_more_than_its_interval(
    span: tuple[float, float] | None, margin: float | None, people: int, verdict: str
) -> None:
    said = judged(span, margin=margin, smaller_arm=people)
    assert said.verdict == verdict
    assert said.reason
