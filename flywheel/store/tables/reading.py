"""Tables of what people correct, of the heads that learn from it, and of the risks learned from outcomes."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class CorrectionRow(Row, table=True):
    """A person's word on a piece of feedback as it stood then; append-only, the newest per field counts."""

    __tablename__ = "correction"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    feedback_seq: int = Field(index=True)
    revision: int
    field: str
    value: str
    was: str | None = None
    corrected_by: str
    at: str
    recorded_at: str


class HeadRow(Row, table=True):
    """A head that was trained: packed, compressed, base64. It holds hashes and weights, no words."""

    __tablename__ = "head"
    id: str = Field(primary_key=True)
    field: str
    analyzer: str
    labels: int
    trained_at: str
    content: str


class HeadEventRow(Row, table=True):
    """What happened to heads, in order; the newest "live" or "rolled back" of a field says which one reads."""

    __tablename__ = "head_event"
    seq: int | None = Field(default=None, primary_key=True)
    field: str
    head_id: str
    event: str
    at: str
    fold: int
    n: int
    own: float
    other: float
    low: float
    won: int
    detail: str


class RiskModelRow(Row, table=True):
    """An attempt to learn a risk from outcomes; `content` is the model, where it may be used in place of the rule."""

    __tablename__ = "risk_model"
    seq: int | None = Field(default=None, primary_key=True)
    kind: str
    analyzer: str
    learned_at: str
    n: int
    positives: int
    outcomes: int
    says: str
    content: str | None = None
