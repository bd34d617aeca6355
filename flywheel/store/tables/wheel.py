"""Tables of the wheel itself: cycles, their steps, the lease, reports, settings, audit."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class StoreFactRow(Row, table=True):
    """What is fixed when the store is created: the brand's zone, the fingerprint of the key."""

    __tablename__ = "store_fact"
    name: str = Field(primary_key=True)
    value: str


class LeaseRow(Row, table=True):
    """Who may turn the wheel now. `fence` grows with every new holder; each write proves it."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    fence: int
    owner: str
    host: str
    pid: int
    pid_started: str
    cycle_id: str
    until: str


class CycleRow(Row, table=True):
    """One turn of a flow over a window."""

    __tablename__ = "cycle"
    id: str = Field(primary_key=True)
    flow: str
    since: str
    until: str
    as_of: str
    mode: str
    period: int = Field(index=True)
    status: str
    config_hash: str
    code_version: str
    fence: int
    planned: str
    seq_after: int
    started_at: str
    ended_at: str | None = None


class StepRow(Row, table=True):
    """What one step of a cycle counted."""

    __tablename__ = "step"
    cycle_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    position: int
    status: str
    done: int
    skipped: int
    failed: int
    seconds: float
    reasons: str
    warnings: str
    error: str | None = None
    ended_at: str


class ReportRow(Row, table=True):
    """The frozen data of a cycle's report: rendering it again gives the same bytes."""

    __tablename__ = "report"
    cycle_id: str = Field(primary_key=True)
    data: str
    folder: str


class SettingRow(Row, table=True):
    """A setting that OODA handed on; append-only, laid over the YAML when a cycle starts."""

    __tablename__ = "setting"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    cycle_id: str
    name: str
    value: str
    reason: str
    evidence: str
    decided_at: str
    expires: str


class SwitchRow(Row, table=True):
    """The kill switch: the newest line counts; append-only."""

    __tablename__ = "switch"
    seq: int | None = Field(default=None, primary_key=True)
    state: str
    actor: str
    reason: str
    at: str


class AuditRow(Row, table=True):
    """An action of a person or of the machine; append-only, no customer's words."""

    __tablename__ = "audit"
    seq: int | None = Field(default=None, primary_key=True)
    at: str
    actor: str
    action: str
    subject: str
    detail: str
