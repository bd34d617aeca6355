"""Tables of deciding and acting: decisions, verdicts, the outbox and its attempts."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from flywheel.store.tables.row import Row


class DecisionRow(Row, table=True):
    """What was decided for a person on an occasion; never edited but for the status of its approval."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(None, "status", "not_after", "id"),  # Act: what waits for its message
        Index(None, "person_id", "decided_at", "play", "status", "arm"),  # Learn: who was decided for before
    )
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    person_id: str
    occasion: str
    occasion_at: str
    play: str
    variant: str
    tier: str
    channel: str
    purpose: str
    score: float
    propensity: float
    arm_chance: float
    topic: str
    segment: str
    among: str
    arm: str
    status: str
    ruling: str
    reasons: str
    learnings: str
    settings: str
    changed_by: str
    approvals: int = 0
    decided_at: str = Field(index=True)
    not_before: str | None = None
    not_after: str


class VerdictRow(Row, table=True):
    """What one policy said of a decision."""

    __tablename__ = "verdict"
    decision_id: str = Field(primary_key=True)
    policy: str = Field(primary_key=True)
    ruling: str
    reason: str
    not_before: str | None = None


class DeliveryRow(Row, table=True):
    """The outbox: one message, its state, and who is working on it under which fence."""

    __tablename__ = "delivery"
    id: str = Field(primary_key=True)
    decision_id: str = Field(unique=True)
    person_id: str = Field(index=True)
    play: str = Field(index=True)
    channel: str
    purpose: str
    key: str = Field(unique=True)
    language: str
    subject: str
    body: str
    payload_hash: str
    approvals: int = 0
    status: str = Field(index=True)
    attempts: int
    fence: int
    lease_until: str | None = None
    next_at: str
    not_after: str
    sent_at: str | None = None
    error: str | None = None


class AttemptRow(Row, table=True):
    """One attempt at a delivery; the row is written before the call, so that a crash leaves its trace."""

    __tablename__ = "delivery_attempt"
    delivery_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    started_at: str = Field(index=True)
    finished_at: str | None = None
    answer: str | None = None
    provider_id: str | None = None
    detail: str | None = None
