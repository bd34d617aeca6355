"""Changes to the company itself: initiatives for an owner, what became of them, and settings for the next cycle."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Moment, Record

InitiativeStatus = Literal["open", "done", "verified", "refuted", "abandoned"]
"""`done`: somebody says that the work is done; only data make it verified or refuted."""

MilestoneKind = Literal["done", "escalated", "cannot tell yet", "verified", "refuted", "abandoned"]

ENDED: tuple[InitiativeStatus, ...] = ("verified", "refuted", "abandoned")
"""After these nothing follows; a cause that comes back is another initiative."""


class Expectation(Record):
    """What removing a cause may change: the relative change of unhappy mentions, -1..; None without a past."""

    effect: float | None = None
    low: float | None = None
    high: float | None = None
    words: str
    evidence: tuple[str, ...] = ()


class Initiative(Record):
    """A cause to remove: who owns it, what it rests on, what we expect of it, when it is due.

    `effect` is the newest measured relative change of its unhappy mentions beside untouched topics: -0.4 = 40 % fewer
    than those topics would have led us to expect, with its interval. `score` is what it was ranked by, `changed_at`
    when last something happened to it. `evidence` holds ids of standings, findings, learnings, lifts, feedback and
    earlier initiatives.
    """

    id: str
    cycle_id: str
    voice: Voice
    topic: str
    touchpoint: str
    cause: str
    owner: str
    evidence_count: int
    evidence: tuple[str, ...]
    opened_at: Moment
    due: Moment
    score: float
    expected: Expectation
    cost: float | None = None
    doubt: str
    status: InitiativeStatus = "open"
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    escalations: int = 0
    changed_at: Moment | None = None


class Milestone(Record):
    """Something that happened to an initiative: said by a named person, or measured by the outer loop ("ooda").

    `at` is when it happened: of work that is done, the day from which on it can be felt; `began` is when it began.
    """

    id: str
    initiative_id: str
    cycle_id: str = ""
    kind: MilestoneKind
    actor: str
    reason: str
    at: Moment
    began: Moment | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: tuple[str, ...] = ()


class Setting(Record):
    """One setting that OODA hands to the next cycle, with why, on what evidence, and until when."""

    id: str
    cycle_id: str
    name: str
    value: JsonValue
    reason: str
    evidence: tuple[str, ...]
    decided_at: Moment
    expires: Moment
