"""Tables of orienting: standings, findings, and the figures of others."""

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
    unit: str = "number"
    provenance: str = ""
    age_days: int = 0


class FindingRow(Row, table=True):
    """One thing that orienting found beside standings, as one cycle saw it."""

    __tablename__ = "finding"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    kind: str
    voice: str
    brand: str
    subject: str
    part: str
    basis: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    before: float | None = None
    verdict: str
    weight: float
    statement: str
    evidence: str


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
    unit: str = "number"
    span: float | None = None
