"""Restraint: who ignores us is left alone, all messages add up, and much or doubtful is asked about first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.decide.ask_first import AskFirstPolicy
from flywheel.decide.care_first import CareFirstPolicy
from flywheel.decide.choose import choose
from flywheel.decide.restraint import CoolOffPolicy, FatiguePolicy
from flywheel.domain.play import Contacted, PersonView


def contacts(noon: datetime, *days: float, answered_after: float | None = None, upset: bool = False) -> Any:
    return tuple(
        Contacted(
            at=(at := noon - timedelta(days=one)), channel="mail", purpose="service", play=f"p{one}", upset=upset,
            answered_at=None if answered_after is None else at + timedelta(days=answered_after),
        )
        for one in days
    )  # fmt: skip


def known_as(view: PersonView, **values: Any) -> PersonView:
    return view.model_copy(update={"person": view.person.model_copy(update=values)})


@pytest.mark.parametrize(
    ("days", "answered_after", "ruling"),
    [
        ((20, 10), None, "block"), ((20, 10), 6.9, "allow"), ((20, 10), 7.1, "block"), ((10,), None, "allow"),
        ((20, 6), None, "allow"), ((60, 20), None, "allow"), ((80, 61), None, "allow"), ((80, 59), None, "block"),
        ((80, 79, 59), None, "block"),
    ],
)  # fmt: skip
def test_who_has_ignored_us_twice_is_left_alone_for_a_while(
    play: Any, view: Any, noon: datetime, days: Any, answered_after: float | None, ruling: str
) -> None:
    of_late = view(contacts=contacts(noon, *days, answered_after=answered_after))
    assert CoolOffPolicy().judge(play(), of_late, noon).ruling == ruling
    assert CoolOffPolicy().judge(play(tier="complaint"), of_late, noon).ruling == "allow"


def test_messages_of_all_plays_add_up_and_fade(play: Any, view: Any, noon: datetime) -> None:
    policy = FatiguePolicy(most=2.5, half_life_days=14)
    assert policy.judge(play(), view(contacts=contacts(noon, 14, 14)), noon).ruling == "allow"  # 1 + 0.5 + 0.5
    pressed = policy.judge(play(), view(contacts=contacts(noon, 0, 14, 28)), noon)  # 1 + 1 + 0.5 + 0.25
    assert (pressed.ruling, pressed.reason) == ("block", "one more would press too much: 2.8 of 2.5")
    later = noon + timedelta(days=14)
    assert policy.judge(play(), view(contacts=contacts(noon, 0, 14, 28)), later).ruling == "allow"


def test_a_message_that_upset_somebody_presses_more(play: Any, view: Any, noon: datetime) -> None:
    policy, had = FatiguePolicy(most=2.5), contacts(noon, 0, answered_after=0.1)
    assert policy.judge(play(), view(contacts=had), noon).ruling == "allow"
    unhappy = contacts(noon, 0, answered_after=0.1, upset=True)
    assert policy.judge(play(), view(contacts=unhappy), noon).ruling == "block"
    assert policy.judge(play(tier="safety"), view(contacts=unhappy), noon).ruling == "allow"


@pytest.mark.parametrize(("days", "ruling"), [((80, 40, 10), "allow"), ((20, 10), "block"), ((31, 29), "allow")])
def test_hard_limits_stand_beside_the_pressure(play: Any, view: Any, noon: datetime, days: Any, ruling: str) -> None:
    policy = FatiguePolicy(most=99, most_in_30_days=2, most_in_90_days=5)
    assert policy.judge(play(), view(contacts=contacts(noon, *days)), noon).ruling == ruling


@pytest.mark.parametrize(
    "values",
    [
        {"label": "positive", "complaints_90d": 0, "intent": "threat to leave"},
        {"label": "positive", "complaints_90d": 0, "intent": None, "urgency": "high"},
        {"label": "positive", "complaints_90d": 0, "intent": None, "open_case": True},
    ],
)  # fmt: skip
def test_nobody_in_distress_or_with_an_open_case_is_sold_to(
    play: Any, view: Any, noon: datetime, values: dict[str, Any]
) -> None:
    assert CareFirstPolicy().judge(play(tier="offer"), view(**values), noon).ruling == "block"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"complaints_90d": 3}, "3 complaints within 90 days: a human answers, with all of them in view"),
        ({"topics": ("bereavement", "delay")}, "bereavement: a human answers"),
        ({"topics": ("press",)}, "press: a human answers"), ({"medium": "press"}, "press: a human answers"),
        ({"intent": "legal or safety"}, "legal or safety: a human answers"),
    ],
)  # fmt: skip
def test_what_is_grave_or_has_happened_too_often_waits_for_a_human(
    play: Any, fits: Any, ground: Any, values: dict[str, Any], reason: str
) -> None:
    [one] = choose([fits("help", **values)], ground(play(), policies=(CareFirstPolicy(),))).decisions
    assert (one.status, one.ruling, one.verdicts[0].reason) == ("waiting", "review", reason)


def test_no_machine_answers_a_vulnerable_person_alone(play: Any, view: Any, noon: datetime) -> None:
    frail = known_as(view(), groups=("gold", "frail"))
    verdict = CareFirstPolicy(vulnerable=("frail",)).judge(play(), frail, noon)
    assert (verdict.ruling, verdict.reason) == ("review", "frail: no machine answers alone")


def test_a_topic_that_means_trouble_is_no_occasion_to_sell_and_thanks_are_looked_at(
    play: Any, view: Any, noon: datetime
) -> None:
    policy = CareFirstPolicy(trouble=("delay",))
    glad = view(label="positive", intent="praise", complaints_90d=0)  # "thanks for the delay"
    said = {tier: policy.judge(play(tier=tier), glad, noon) for tier in ("offer", "relationship", "friction")}
    assert [one.ruling for one in said.values()] == ["block", "review", "allow"]
    assert said["offer"].reason == "somebody who speaks of delay is not sold to"


def test_thanks_after_old_complaints_need_no_human(play: Any, view: Any, noon: datetime) -> None:
    glad = view(label="positive", intent="praise", complaints_90d=4)
    assert CareFirstPolicy().judge(play(tier="relationship"), glad, noon).ruling == "allow"


@pytest.mark.parametrize(
    ("settings", "ruling", "second"),
    [
        ({}, "allow", False), ({"tiers": ["friction"]}, "review", False), ({"tiers": ["safety"]}, "allow", False),
        ({"value": 400}, "review", False), ({"value": 600}, "allow", False), ({"cost": 20}, "review", False),
        ({"doubt_below": 0.95}, "review", False), ({"doubt_below": 0.9}, "allow", False),
        ({"value": 400, "second_value": 500}, "review", True), ({"second_cost": 25}, "review", True),
    ],
)  # fmt: skip
def test_a_tier_a_value_a_cost_or_a_doubt_asks_for_one_person_or_two(
    play: Any, view: Any, noon: datetime, settings: Any, ruling: str, second: bool
) -> None:
    worthy = known_as(view(), value=500)
    verdict = AskFirstPolicy.model_validate(settings).judge(play(cost=25), worthy, noon)
    assert (verdict.ruling, verdict.second_person) == (ruling, second)


@pytest.mark.parametrize(("values", "approvals"), [({}, 1), ({"approvals": 2}, 2), ({"cost": 25}, 2)])
def test_a_decision_says_how_many_people_must_approve_it(
    play: Any, fits: Any, ground: Any, values: dict[str, Any], approvals: int
) -> None:
    policies = (AskFirstPolicy(second_cost=25),)
    [one] = choose([fits("help")], ground(play(approval="required", **values), policies=policies)).decisions
    assert (one.status, one.approvals) == ("waiting", approvals)
    [free] = choose([fits("help")], ground(play(approvals=2), policies=policies)).decisions
    assert (free.status, free.approvals) == ("decided", 0)
