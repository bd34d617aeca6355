"""Tables of people: persons, the consent ledger, encrypted contacts, predictions."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class PersonRow(Row, table=True):
    """A person by pseudonym; facts only, no address."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    voice: str
    brand: str
    language: str | None = None
    time_zone: str | None = None
    groups: str
    value: float | None = None
    tenure_days: int | None = None
    team: str | None = None
    manager_id: str | None = None
    source: str
    updated_at: str


class IdentityRow(Row, table=True):
    """Under which pseudonym a source speaks of a person whom we know under another one."""

    __tablename__ = "identity"
    source: str = Field(primary_key=True)
    alias: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    linked_at: str


class SignalRow(Row, table=True):
    """Something that happened in our own operations to a person: a late order, a delay, a renewal."""

    __tablename__ = "signal"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    signal: str
    value: float
    happened_at: str
    source: str
    heard_at: str
    cycle_id: str


class ConsentRow(Row, table=True):
    """One line of the consent ledger; append-only, the newest per channel and purpose counts."""

    __tablename__ = "consent"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    channel: str
    purpose: str
    granted: int
    at: str
    source: str
    recorded_at: str


class ContactRow(Row, table=True):
    """An address, encrypted with the project's key; only Act reads it."""

    __tablename__ = "contact"
    person_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    address: str
    updated_at: str


class PredictionRow(Row, table=True):
    """What will probably happen to a person, as seen by one cycle."""

    __tablename__ = "prediction"
    person_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    cycle_id: str = Field(primary_key=True, index=True)
    value: float
    low: float
    high: float
    as_of: str
    model: str
    drivers: str
