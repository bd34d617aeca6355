"""Tables of orienting and learning: standings, measures, outcomes, lifts, learnings."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class StandingRow(Row, table=True):
    """Our measure beside a peer's, as one cycle saw it."""

    __tablename__ = "standing"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    voice: str
    measure: str
    basis: str
    brand: str
    peer: str
    own: float
    theirs: float
    gap: float
    low: float | None = None
    high: float | None = None
    n_own: int | None = None
    n_peer: int | None = None
    as_of: str
    verdict: str
    reason: str


class MeasureRow(Row, table=True):
    """A figure that somebody else counted, as its source tells it now."""

    __tablename__ = "measure"
    id: str = Field(primary_key=True)
    source: str
    brand: str
    voice: str
    measure: str
    value: float
    n: int | None = None
    sd: float | None = None
    basis: str
    higher_is_better: int
    as_of: str
    provenance: str
    cycle_id: str
    heard_at: str


class OutcomeRow(Row, table=True):
    """Something that happened to a person afterwards."""

    __tablename__ = "outcome"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    metric: str
    value: float
    happened_at: str
    source: str
    heard_at: str
    cycle_id: str


class LiftRow(Row, table=True):
    """What a play changed against its holdout, as one cycle saw it."""

    __tablename__ = "lift"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    play: str
    variant: str
    segment: str
    metric: str
    n_treated: int
    n_control: int
    treated: float
    control: float
    effect: float
    low: float
    high: float
    anytime_low: float
    anytime_high: float
    verdict: str
    reason: str


class LearningRow(Row, table=True):
    """One thing learned and what it changes; append-only, the newest per subject counts."""

    __tablename__ = "learning"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    cycle_id: str = Field(index=True)
    subject: str
    statement: str
    effect: float
    low: float
    high: float
    n: int
    change: str
    before: float
    after: float
    sd: float


class LearningUseRow(Row, table=True):
    """Which cycle read a learning, and how many of its decisions came out differently because of it."""

    __tablename__ = "learning_use"
    learning_id: str = Field(primary_key=True)
    cycle_id: str = Field(primary_key=True)
    decisions: int
    changed: int
