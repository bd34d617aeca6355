"""What a cycle learns and does about it: a harmful play stops, and what a person says of it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flywheel.config.settings import overlay
from flywheel.domain.initiative import Setting
from flywheel.learn.pausing import resumed, switch_of
from flywheel.listen.feedback_outcomes import FeedbackOutcomes
from flywheel.steps import decide, learn, predict
from flywheel.steps.afterwards import hear_afterwards


@pytest.fixture
def walk(begin_walk: Any) -> Any:
    """A turn in which it is known from earlier weeks that `ease` harms: 5 % come back with it, 25 % without."""
    return begin_walk("learns")


def switches(walk: Any) -> list[Setting]:
    with walk.wheel.store.read() as shelves:
        found = shelves.cycles.settings_in_force(walk.cycle.as_of)
    return [one for one in found if one.name == switch_of("ease")]


def test_what_harms_is_paused_and_not_decided_any_more_until_a_person_switches_it_on(walk: Any) -> None:
    tally = learn(walk.wheel, walk.cycle)
    [setting] = switches(walk)
    assert (setting.value, tally.reasons["no experiment: exempt, or without a metric"]) == (False, 1)
    assert any("does harm" in words for words in tally.warnings)
    with walk.wheel.store.read() as shelves:
        lifts = {one.id: one for one in shelves.learning.lifts(walk.cycle.id)}
        told = {one.subject for one in shelves.learning.appraisals(walk.cycle.id)}
    assert [lifts[one].verdict for one in setting.evidence] == ["harms"]
    assert {"play:ease", "momentum"} <= told
    learn(walk.wheel, walk.cycle)
    assert switches(walk) == [setting]  # learned twice, it is paused once

    on_again = resumed(setting, "Ada Fox", "other words", walk.cycle.as_of, 30)
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves.cycles.add_setting(on_again)
    learn(walk.wheel, walk.cycle)
    assert overlay(switches(walk), ()).disabled_plays == ()  # a person's word stands


def test_a_paused_play_is_not_decided(walk: Any) -> None:
    predict(walk.wheel, walk.cycle)
    learn(walk.wheel, walk.cycle)
    decide(walk.wheel, walk.cycle)
    with walk.wheel.store.read() as shelves:
        plays = {group.play for group in shelves.decisions.summary([walk.cycle.id]).groups}
    assert "ease" not in plays
    assert "guide" in plays


def test_what_people_say_again_becomes_an_outcome_once(walk: Any) -> None:
    settings = walk.wheel.settings.model_copy(update={"outcomes": (FeedbackOutcomes(id="afterwards", days=30),)})
    wheel = replace(walk.wheel, settings=settings)
    new = hear_afterwards(wheel, walk.cycle)
    assert new > 0
    assert hear_afterwards(wheel, walk.cycle) == 0
    with wheel.store.read() as shelves:
        assert shelves.outcomes.count("afterwards") == new
