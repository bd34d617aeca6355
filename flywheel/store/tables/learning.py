"""Tables of orienting and learning: standings, measures, outcomes, lifts, learnings."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from flywheel.store.tables.row import Row


class OutcomeRow(Row, table=True):
    """Something that happened to a person afterwards."""

    __tablename__ = "outcome"
    __table_args__ = (Index(None, "person_id", "metric", "happened_at", "value"),)  # Learn: without the rows
    id: str = Field(primary_key=True)
    seq: int = Field(index=True)
    person_id: str
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
    kind: str


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


class EffectSumRow(Row, table=True):
    """What came of the decisions of a week, added up: all that learning needs to know of them.

    `total` adds up amounts within the window after, `before` those within the window before; the others are squares
    and products. `plan` is the chance that these people had of getting the play rather than being held out.
    """

    __tablename__ = "effect_sum"
    week: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    days: float = Field(primary_key=True)
    play: str = Field(primary_key=True)
    variant: str = Field(primary_key=True)
    arm: str = Field(primary_key=True)
    tier: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    segment: str = Field(primary_key=True)
    among: str = Field(primary_key=True)
    plan: float = Field(primary_key=True)
    n: int
    happened: int
    total: float
    squares: float
    cubes: float
    fourths: float
    before: float
    before_squares: float
    product: float
    zeros: int


class CountedRow(Row, table=True):
    """The decisions of a cycle, added up for one metric and window; what came before and after lies between the times.

    `opens` <= what was before < `decided_at` <= what came of it < `closes`. Outcomes with a `seq` up to the greatest
    `outcome_seq` are in the sums; those after it are still to be looked at.
    """

    __tablename__ = "counted"
    cycle_id: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    days: float = Field(primary_key=True)
    week: str
    opens: str
    decided_at: str
    closes: str
    outcome_seq: int


class AppraisalRow(Row, table=True):
    """One figure by which the wheel itself is judged in a cycle: a prediction, its care for a group, its momentum."""

    __tablename__ = "appraisal"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    subject: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int
    verdict: str
    statement: str
