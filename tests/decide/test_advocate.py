"""The customers' advocate: asks always the same, objects only where it is sure, and somebody must answer by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.decide.advocate import (
    challenge_change,
    challenge_initiative,
    challenge_play,
    objected,
    objections,
)
from flywheel.decide.choose import choose
from flywheel.domain.initiative import Expectation, Initiative
from flywheel.domain.intervals import newcombe, z_for
from flywheel.domain.objecting import Afterwards, Change, Spoken, StandingObjection
from flywheel.domain.outcome import Learning, Lift

DAY = timedelta(days=1)


def lift(verdict: str, segment: str = "") -> Lift:
    return Lift(
        id="l", cycle_id="c", play="help", variant="a", segment=segment, metric="returned", n_treated=500,
        n_control=400, treated=0.2, control=0.3, effect=-0.1, low=-0.15, high=-0.05, anytime_low=-0.17,
        anytime_high=-0.03,
        verdict=verdict, reason="", kind="happened",
    )  # fmt: skip


def after(arm: str, n: int, *counts: int) -> Afterwards:
    return Afterwards("help", arm, n, *counts)


def warning(topic: str, ratio: float, low: float) -> Learning:
    return Learning(id=topic, cycle_id="c", subject=f"warning:{topic}", statement="s", effect=ratio, low=low, high=9,
                    n=200, change="c", before=0, after=1)  # fmt: skip


def test_a_play_that_harms_a_group_is_objected_to() -> None:
    harmed, fine = challenge_play("help", [lift("harms", "students"), lift("cannot tell")], [])
    assert (harmed.question, harmed.subject, harmed.objects) == ("who is worse off", "students", True)
    assert "in students: -0.100 (-0.170 to -0.030)" in harmed.says
    assert not fine.objects
    assert challenge_play("other", [lift("harms")], []) == []


def test_what_followed_a_play_is_held_against_those_held_out_with_its_interval() -> None:
    found = challenge_play("help", [], [after("default", 400, 80, 20, 8), after("holdout", 300, 20, 15, 6)], plays=4)
    effort, broken, left = found
    difference, low, high = newcombe(80, 400, 20, 300, z_for(12))
    assert (effort.value, effort.low, effort.high, effort.n) == (difference, low, high, 700)
    assert (effort.objects, broken.objects, left.objects) == (True, False, False)
    assert challenge_play("help", [], [after("default", 400, 80, 20, 8), after("holdout", 19, 0, 0, 0)]) == []
    assert challenge_play("help", [], [after("default", 400, 80, 20, 8)]) == []


def test_a_planned_change_is_asked_whom_it_touches_and_what_leavers_said() -> None:
    change = Change(name="fewer-desks", kind="process", what="w", topics=("refund", "app"), groups=("frail",))
    spoken = [
        Spoken("frail", True, 100, 70, 60, 10), Spoken("", True, 300, 120, 100, 30),
        Spoken("", False, 900, 200, 90, 80), Spoken("young", True, 50, 50, 0, 0),
    ]  # fmt: skip
    found = challenge_change(change, spoken, [warning("refund", 3.1, 1.4), warning("price", 9, 8)])
    told = {(one.question, one.subject): one for one in found}
    assert told["whose effort rises", "those who speak of it"].objects
    assert told["who is worse off", "frail"].objects
    assert ("who is worse off", "young") not in told
    leavers = told["what did those who left say", "refund"]
    assert (leavers.objects, leavers.n) == (True, 200)
    assert ("what did those who left say", "price") not in told
    eased = challenge_change(change.model_copy(update={"eases": True}), spoken, [])
    assert not {one.question: one for one in eased}["whose effort rises"].objects


def stands(noon: datetime, state: str, **values: Any) -> StandingObjection:
    given = {"id": "o", "cycle_id": "c", "plan": "play:help", "question": "who is worse off", "subject": "students",
             "finding": "returned less", "value": -0.1, "low": -0.2, "high": -0.05, "n": 900, "raised_at": noon - DAY,
             "expires": noon + DAY, "state": state, "actor": None, "reason": None, "answered_at": None,
             "harmed": False}  # fmt: skip
    return StandingObjection.model_validate(given | values)


@pytest.mark.parametrize("state", ["open", "accepted", "overridden"])
def test_what_stands_is_not_raised_again_before_it_lapses(noon: datetime, state: str) -> None:
    findings = challenge_play("help", [lift("harms", "students")], [])
    assert objections("play:help", findings, [stands(noon, state)], "c", noon) == []
    [again] = objections("play:help", findings, [stands(noon, state, expires=noon)], "c", noon)
    assert again.expires == noon + 90 * DAY
    assert len(objections("play:other", findings, [stands(noon, state)], "c", noon)) == 1


@pytest.mark.parametrize(("state", "status"), [("open", "waiting"), ("accepted", "blocked"), ("overridden", "decided")])
def test_an_objection_makes_a_play_wait_until_a_person_has_spoken(
    play: Any, fits: Any, ground: Any, noon: datetime, state: str, status: str
) -> None:
    verdicts = objected([play()], [stands(noon, state)], noon)
    [one] = choose([fits("help")], ground(play(), objected=verdicts)).decisions
    assert one.status == status
    assert objected([play()], [stands(noon, state, expires=noon)], noon) == {}


def initiative(noon: datetime, name: str, topic: str, effect: float | None, low: float | None) -> Initiative:
    return Initiative(
        id=name, cycle_id="c", voice="customer", topic=topic, touchpoint="desk", cause="c", owner="o", evidence=(),
        evidence_count=40, opened_at=noon, due=noon, score=1, expected=Expectation(words="w"), doubt="d",
        effect=effect, low=low,
        high=None if effect is None else effect + 0.1,
    )  # fmt: skip


def test_an_initiative_is_held_against_what_earlier_ones_on_the_same_cause_did(noon: datetime) -> None:
    new = initiative(noon, "new", "delay", None, None)
    register = [new, initiative(noon, "worse", "delay", 0.3, 0.2), initiative(noon, "better", "delay", -0.3, -0.4),
                initiative(noon, "other", "refund", 0.3, 0.2)]  # fmt: skip
    found = challenge_initiative(new, register)
    assert [(one.subject, one.objects) for one in found] == [("worse", True), ("better", False)]
    assert found[0].says.endswith("unhappy mentions changed by +30% beside untouched topics (+20% to +40%)")
