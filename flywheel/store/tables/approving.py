"""Tables of people's say in what is sent: accounts, approvals, launches of plays; and channels that rest."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class AccountRow(Row, table=True):
    """Somebody who may approve; of their token only the hash is kept. A name is never given twice."""

    __tablename__ = "account"
    name: str = Field(primary_key=True)
    role: str
    token_hash: str = Field(unique=True)
    created_at: str
    created_by: str
    removed_at: str | None = None
    removed_by: str | None = None


class ApprovalRow(Row, table=True):
    """What one account said of one message exactly as it stood (its hash); append-only."""

    __tablename__ = "approval"
    seq: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(index=True)
    decision_id: str
    payload_hash: str
    account: str
    word: str
    reason: str
    at: str
    expires: str


class LaunchRow(Row, table=True):
    """How far a play has come with real people: the newest line of each play counts; append-only."""

    __tablename__ = "launch"
    seq: int | None = Field(default=None, primary_key=True)
    play: str = Field(index=True)
    state: str
    actor: str
    reason: str
    at: str


class BreakerRow(Row, table=True):
    """How many attempts on a channel failed in a row, and until when it therefore rests."""

    __tablename__ = "breaker"
    channel: str = Field(primary_key=True)
    failures: int
    opened: int
    opened_at: str | None = None
    until: str | None = None
