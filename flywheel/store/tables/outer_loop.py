"""Tables of the outer loop: initiatives and their milestones, what it observed, how mature the wheel is."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class InitiativeRow(Row, table=True):
    """A cause to remove: its owner, what it rests on, what is expected of it, when it is due; never edited."""

    __tablename__ = "initiative"
    id: str = Field(primary_key=True)
    cycle_id: str
    voice: str
    topic: str
    touchpoint: str
    cause: str
    owner: str
    evidence_count: int
    evidence: str
    opened_at: str
    due: str
    score: float
    expected: str
    cost: float | None = None
    doubt: str


class MilestoneRow(Row, table=True):
    """Something that happened to an initiative; append-only, the newest says how it stands."""

    __tablename__ = "initiative_milestone"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    initiative_id: str = Field(index=True)
    cycle_id: str
    kind: str
    actor: str
    reason: str
    at: str
    began: str | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: str


class ObservationRow(Row, table=True):
    """One period of the wheel, as one turn of the outer loop saw it."""

    __tablename__ = "observation"
    cycle_id: str = Field(primary_key=True)
    seen: str = Field(primary_key=True)
    period: int
    since: str
    until: str
    said: int
    said_by_staff: int
    said_of_peers: int
    read: int
    scores: int
    media: int
    predicted: int
    decided: int
    held_out: int
    waiting: int
    blocked: int
    sent: int
    unsent: int
    offers_withheld: int
    lifts: int
    sure_lifts: int
    learnings: int
    changed: int
    failed_steps: int
    undone: str


class MaturityRow(Row, table=True):
    """One criterion of a stage, or one of the four values, as one turn of the outer loop counted it."""

    __tablename__ = "maturity"
    cycle_id: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    words: str
    value: float | None = None
    needed: float
    met: int | None = None
