"""The inner loop: one case and one clock per person; coming back reopens, and peace is heard, not assumed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.decide.cases import escalations, need_of, register
from flywheel.domain.care import CareRules, Heard, StandingCase

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = CareRules(escalate_to="Head of Care")


def said(at: datetime, name: str = "f1", **values: Any) -> Heard:
    given = {"feedback_id": name, "person_id": "p1", "at": at, "touchpoint": "desk", "intent": "complaint",
             "urgency": "none", "unhappy": True, "read": True}  # fmt: skip
    return Heard.model_validate(given | values)


def praise(at: datetime, name: str) -> Heard:
    return said(at, name, intent="praise", unhappy=False)


def standing(at: datetime, **values: Any) -> dict[str, StandingCase]:
    given = {"id": "c1", "person_id": "p1", "occasion": "f0", "need": "complaint", "touchpoint": "desk",
             "owner": "Desk", "reason": "complaint", "status": "open", "since": at, "opened_at": at,
             "due": at + 48 * HOUR,
             "answered_at": None, "closed_at": None, "reopened": 0, "escalations": 0}  # fmt: skip
    return {"p1": StandingCase.model_validate(given | values)}


def written(heard: list[Heard], stands: dict[str, StandingCase] | None = None) -> Any:
    return register(heard, stands or {}, RULES, lambda touchpoint: f"Head of {touchpoint}", "cy")


@pytest.mark.parametrize(
    ("values", "need"),
    [
        ({"intent": "hardship"}, "safety"), ({"urgency": "high"}, "safety"), ({"tier": "safety"}, "safety"),
        ({}, "complaint"), ({"unhappy": False}, None), ({"intent": "threat to leave", "unhappy": False}, "complaint"),
        ({"intent": "question", "ruling": "review"}, "review"), ({"intent": "question"}, None),
        ({"intent": None, "tier": "complaint"}, "complaint"),
    ],
)  # fmt: skip
def test_who_needs_an_answer_and_why(noon: datetime, values: dict[str, Any], need: str | None) -> None:
    assert need_of(said(noon, **values)) == need


def test_a_case_has_the_owner_of_its_touchpoint_and_a_clock_by_its_need(noon: datetime) -> None:
    [one] = written([said(noon, complaints_90d=3, ruling="review")]).opened
    assert (one.owner, one.due, one.need) == ("Head of desk", noon + 48 * HOUR, "complaint")
    assert one.reason == "complaint, complaint 3 in 90 days; a human answers"
    [pressing] = written([said(noon, urgency="high")]).opened
    assert pressing.due == noon + 24 * HOUR


def test_whoever_says_it_again_while_they_wait_has_one_case(noon: datetime) -> None:
    found = written([said(noon + HOUR, "f2"), said(noon, "f1"), said(noon + 2 * HOUR, "f3")])
    assert [one.occasion for one in found.opened] == ["f1"]
    assert [(one.kind, one.case_id) for one in found.events] == [("again", found.opened[0].id)] * 2


def test_the_same_words_heard_twice_change_nothing(noon: datetime) -> None:
    found = written([said(noon)], standing(noon, occasion="f1"))
    assert (found.opened, found.events) == ([], [])


@pytest.mark.parametrize("status", ["answered", "closed", "recovered"])
def test_complaining_again_after_an_answer_reopens_with_a_new_clock(noon: datetime, status: str) -> None:
    [event] = written([said(noon + 9 * DAY)], standing(noon, status=status)).events
    assert (event.kind, event.due) == ("reopened", noon + 9 * DAY + 48 * HOUR)


def test_after_a_long_time_it_is_another_case(noon: datetime) -> None:
    found = written([said(noon + 91 * DAY)], standing(noon, status="closed"))
    assert (len(found.opened), found.events) == (1, [])


def test_peace_is_measured_by_what_they_say_next(noon: datetime) -> None:
    [event] = written(
        [praise(noon + DAY, "f1"), praise(noon + 2 * DAY, "f2")], standing(noon, status="answered")
    ).events
    assert (event.kind, event.at) == ("recovered", noon + DAY)
    assert written([praise(noon + DAY, "f1")], standing(noon)).events == []  # nobody has answered them yet
    unread = said(noon + DAY, intent=None, unhappy=False, read=False)
    assert written([unread], standing(noon, status="answered")).events == []
    [grumble] = written([said(noon + DAY, intent="none")], standing(noon, status="answered")).events
    assert grumble.kind == "reopened"


def test_what_is_overdue_goes_to_somebody_else_once_per_clock(noon: datetime) -> None:
    late = standing(noon)["p1"]
    assert not late.overdue(noon + 48 * HOUR)
    assert late.overdue(noon + 49 * HOUR)
    [first], [second] = (escalations([late], RULES, noon + days * DAY, "cy") for days in (3, 4))
    assert first.id == second.id
    assert first.reason == "to Head of Care: overdue since 2026-03-04 12:00"
