"""A play that harms stops by itself: proven or probable, with its evidence, and never for a mere doubt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sums_of import both

from flywheel.domain.initiative import Setting
from flywheel.domain.play import Play
from flywheel.learn.lifts import EffectRules, lifts
from flywheel.learn.pausing import PauseRules, pause

PLAY = Play(name="help", tier="friction", when="x", channel="mail", template="t", metric="returned", owner="Ann")
RULES = EffectRules(margin=0.02, min_arm=20, anytime_n=5_000)


def paused(treated: tuple[int, int], control: tuple[int, int], harm: float, noon: datetime) -> Setting | None:
    found = lifts(PLAY, both(treated, control), RULES, "c1")
    return pause(PLAY, found, harm, PauseRules(sure_at=0.95, days=60), cycle_id="c1", now=noon)


def test_a_proven_harm_pauses_the_play_and_names_the_lift_and_the_owner(noon: datetime) -> None:
    setting = paused((300, 1_000), (700, 1_000), 1.0, noon)
    assert setting is not None
    assert (setting.name, setting.value, setting.expires) == ("plays.help.enabled", False, noon + timedelta(days=60))
    assert setting.evidence == (lifts(PLAY, both((300, 1_000), (700, 1_000)), RULES, "c1")[0].id,)
    assert "does harm" in setting.reason
    assert "Ann is told" in setting.reason


def test_a_probable_harm_pauses_before_it_is_proven_and_says_that_it_is_not(noon: datetime) -> None:
    setting = paused((40, 200), (55, 200), 0.96, noon)
    assert setting is not None
    assert "probably does harm (96 % sure)" in setting.reason.replace("96%", "96 %")


@pytest.mark.parametrize("harm", [0.5, 0.94])
def test_a_doubt_pauses_nothing(harm: float, noon: datetime) -> None:
    assert paused((50, 200), (55, 200), harm, noon) is None
