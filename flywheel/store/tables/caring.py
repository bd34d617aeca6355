"""Tables of the inner loop and of the customers' advocate: cases, thanks, objections, and what became of them."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class CaseRow(Row, table=True):
    """Somebody who needs an answer, from whom, until when; never edited."""

    __tablename__ = "care_case"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    occasion: str
    cycle_id: str
    need: str
    touchpoint: str
    owner: str
    reason: str
    opened_at: str
    due: str


class CaseEventRow(Row, table=True):
    """Something that happened to a case; append-only, the newest says how it stands."""

    __tablename__ = "care_event"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    case_id: str = Field(index=True)
    cycle_id: str
    kind: str
    actor: str
    reason: str
    cause: str
    at: str
    due: str | None = None


class ThanksRow(Row, table=True):
    """Praise, and who earned it."""

    __tablename__ = "thanks"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    feedback_id: str
    touchpoint: str
    team: str
    earned_by: str
    said_at: str


class ObjectionRow(Row, table=True):
    """What the customers' advocate holds against a plan, with the figure it rests on; never edited."""

    __tablename__ = "objection"
    id: str = Field(primary_key=True)
    cycle_id: str
    plan: str
    question: str
    subject: str
    finding: str
    value: float
    low: float
    high: float
    n: int
    evidence: str
    raised_at: str
    expires: str


class ObjectionEventRow(Row, table=True):
    """A named person's word on an objection: accepted or overridden, and why."""

    __tablename__ = "objection_event"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    objection_id: str = Field(index=True)
    kind: str
    actor: str
    reason: str
    at: str
