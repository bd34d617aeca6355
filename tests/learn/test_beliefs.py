"""Beliefs in words: what was seen, what is believed because of it, and nothing where nothing was learned."""

from __future__ import annotations

import pytest
from sums_of import both

from flywheel.domain.outcome import LearnedEffect, Learning
from flywheel.domain.play import Play
from flywheel.learn.beliefs import learning, prior
from flywheel.learn.lifts import EffectRules, lifts
from flywheel.learn.posterior import Memory, believe

PLAY = Play(name="help", tier="friction", when="x", channel="mail", template="t", metric="returned")
RULES = EffectRules(margin=0.02, min_arm=20, anytime_n=5_000)
MEMORY = Memory(keep=1, seed=1, draws=200)


def learned(treated: tuple[int, int], control: tuple[int, int], before: LearnedEffect | None = None) -> Learning | None:
    sums = both(treated, control)
    after = believe([PLAY], sums, MEMORY).effect("help")
    return learning(PLAY, before or prior(PLAY), after, lifts(PLAY, sums, RULES, "c1")[0])


def test_before_anything_is_learned_the_plays_own_words_are_believed() -> None:
    assert prior(PLAY) == LearnedEffect(play="help", mean=0.05, sd=0.05)


@pytest.mark.parametrize(
    ("treated", "control", "change"),
    [
        ((60, 100), (25, 100), "help is believed in more"), ((26, 100), (25, 100), "help is believed in less"),
        ((5, 400), (200, 400), "help is not done any more where something else, or silence, is better"),
    ],
)  # fmt: skip
def test_a_learning_says_what_it_changes(treated: tuple[int, int], control: tuple[int, int], change: str) -> None:
    said = learned(treated, control)
    assert said is not None
    assert (said.change, said.subject, said.before) == (change, "play:help", 0.05)
    assert f"Of {treated[1]} people who got help" in said.statement
    assert said.n == treated[1] + control[1]


def test_a_learning_of_one_cycle_is_one_learning_and_the_same_data_teach_nothing_twice() -> None:
    assert learned((60, 100), (25, 100)) == learned((60, 100), (25, 100))
    known = believe([PLAY], both((60, 100), (25, 100)), MEMORY).effect("help")
    assert learned((60, 100), (25, 100), before=known) is None
