"""Beliefs: moved by all the data once, by a formula anybody can check by hand."""

from __future__ import annotations

import pytest

from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import Play
from flywheel.domain.trial import ArmCount
from flywheel.learn.beliefs import learning, prior, updated
from flywheel.learn.effects import EffectRules, lifts

PLAY = Play(name="help", tier="friction", when="x", channel="mail", template="t", metric="returned")
RULES = EffectRules(margin=0.02, min_arm=20, anytime_n=5_000)


def arms(treated: tuple[int, int], control: tuple[int, int], variant: str = "a") -> list[ArmCount]:
    return [
        ArmCount(variant=variant, arm="default", successes=treated[0], n=treated[1]),
        ArmCount(variant=variant, arm="holdout", successes=control[0], n=control[1]),
    ]


def after(data: list[ArmCount]) -> LearnedEffect:
    found = updated(PLAY, data)
    assert found is not None
    return found


def test_before_anything_is_learned_the_plays_own_words_are_believed() -> None:
    assert prior(PLAY) == LearnedEffect(play="help", mean=0.05, sd=0.05)
    assert updated(PLAY, []) is None
    assert updated(PLAY, arms((5, 9), (0, 0))) is None


def test_precisions_add_up() -> None:
    # prior 400 at 0.05; data 237.03 at 0.15 (Agresti-Caffo variance 0.0042188)
    one = after(arms((40, 100), (25, 100)))
    assert one.mean == pytest.approx(0.087209, abs=1e-6)
    assert one.sd == pytest.approx(0.039621, abs=1e-6)


def test_learning_again_from_the_same_data_changes_nothing() -> None:
    data = arms((40, 100), (25, 100))
    first = after(data)
    assert after(data) == first
    [lift] = lifts("help", "returned", data, RULES, "c1")
    assert learning(PLAY, first, after(data), lift) is None


def test_much_data_outweighs_any_prior_and_variants_count_together() -> None:
    assert after(arms((40_000, 100_000), (25_000, 100_000))).mean == pytest.approx(0.15, abs=1e-3)
    both = after([*arms((40, 100), (25, 100)), *arms((40, 100), (25, 100), "b")])
    assert both.mean > after(arms((40, 100), (25, 100))).mean
    assert both.sd < after(arms((40, 100), (25, 100))).sd


@pytest.mark.parametrize(
    ("treated", "control", "change"),
    [
        ((60, 100), (25, 100), "help is believed in more"), ((26, 100), (25, 100), "help is believed in less"),
        ((5, 100), (50, 100), "help is not done any more where something else, or silence, is better"),
    ],
)  # fmt: skip
def test_a_learning_says_what_it_changes(treated: tuple[int, int], control: tuple[int, int], change: str) -> None:
    data = arms(treated, control)
    [lift] = lifts("help", "returned", data, RULES, "c1")
    said = learning(PLAY, prior(PLAY), after(data), lift)
    assert said is not None
    assert (said.change, said.subject, said.before, said.after) == (change, "play:help", 0.05, after(data).mean)
    assert f"Of {treated[1]} people who got help" in said.statement
    assert said.n == treated[1] + control[1]


def test_a_learning_of_one_cycle_is_one_learning() -> None:
    data = arms((60, 100), (25, 100))
    [lift] = lifts("help", "returned", data, RULES, "c1")
    made = [learning(PLAY, prior(PLAY), after(data), lift) for _ in range(2)]
    assert made[0] is not None
    assert made[0] == made[1]
