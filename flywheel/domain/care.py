"""The inner loop: a case for everybody who needs an answer, what became of it, and thanks to whoever earned them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from flywheel.domain.record import Moment, Record

Need = Literal["safety", "complaint", "review"]
"""Somebody may be in need; somebody complains or is about to leave; a ruling says that a human answers."""

CaseStatus = Literal["open", "answered", "closed", "recovered"]
"""`closed`: a named person says so; `recovered`: what they said next was not unhappy."""

CaseEventKind = Literal["again", "answered", "escalated", "closed", "reopened", "recovered"]
"""`again`: they had to say it once more while they waited."""

MACHINE = "flywheel"
"""Who acts where no person does."""


class CareRules(Record):
    """How fast people who need an answer get one, who hears of it when they do not, and what is too old for either."""

    safety_hours: float = Field(default=24, gt=0, description="Hours in which somebody in need is answered.")
    answer_hours: float = Field(default=48, gt=0, description="Hours in which everybody else is.")
    escalate_to: str = Field(default="CX team", description="Who hears of cases that are overdue.")
    not_after_days: float = Field(default=14, gt=0, description="What was said longer ago opens no case.")
    reopen_days: float = Field(default=90, gt=0, description="Whoever complains again within so many days reopens.")
    earned_by: str = Field(default="", description="Attribute of feedback that names the employee or team it is about.")


class Case(Record):
    """Somebody who needs an answer: who gives it, until when; `reason` is in our words, never in the customer's."""

    id: str
    person_id: str
    occasion: str
    cycle_id: str
    need: Need
    touchpoint: str
    owner: str
    reason: str
    opened_at: Moment
    due: Moment


class CaseEvent(Record):
    """Something that happened to a case; `cause` is why it came to it at all: closing needs both, cause and action."""

    id: str
    case_id: str
    cycle_id: str = ""
    kind: CaseEventKind
    actor: str
    reason: str
    cause: str = ""
    at: Moment
    due: Moment | None = None


class StandingCase(Record):
    """A case as it stands since `since`; `due` is that of its newest opening, `answered_at` the first answer."""

    id: str
    person_id: str
    occasion: str
    need: Need
    touchpoint: str
    owner: str
    reason: str
    status: CaseStatus
    since: Moment
    opened_at: Moment
    due: Moment
    answered_at: Moment | None
    closed_at: Moment | None
    reopened: int
    escalations: int

    def overdue(self, now: datetime) -> bool:
        """Return whether they should have been answered by now."""
        return self.status == "open" and self.due < now


class Heard(Record):
    """Something a customer of ours said in a turn that bears on a case; `unhappy` and `pressing` as it was read."""

    feedback_id: str
    person_id: str
    at: Moment
    touchpoint: str
    intent: str | None
    urgency: str | None
    unhappy: bool
    read: bool
    tier: str | None = None
    ruling: str | None = None
    complaints_90d: int = 0


class Thanks(Record):
    """Praise and who earned it: the team that answers for the touchpoint, and whom the feedback itself names."""

    id: str
    cycle_id: str
    feedback_id: str
    touchpoint: str
    team: str
    earned_by: str
    said_at: Moment


class TeamThanks(Record):
    """How often a team was praised at a touchpoint."""

    team: str
    touchpoint: str
    earned_by: str
    n: int


class CaseSummary(Record):
    """How the inner loop does over all its cases, or over those of one owner.

    `in_time` of `answered`; `recovered` of `heard_again`: those who said something after they had been answered.
    """

    owner: str
    n: int
    open: int
    overdue: int
    answered: int
    in_time: int
    reopened: int
    heard_again: int
    recovered: int
