"""Who people are to us: pseudonymous persons, their consents and their addresses."""

from __future__ import annotations

from pydantic import Field, SecretStr

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Moment, Record, Zone


class Consent(Record):
    """One line of the consent ledger: the newest line per channel and purpose counts; absent means no."""

    channel: str
    purpose: str
    granted: bool
    at: Moment


class Contact(Record):
    """Where a person can be reached on one channel; stored encrypted, read by Act alone."""

    channel: str
    address: SecretStr


class PersonFact(Record):
    """What a person source tells of one person; `person` is the source's own id and never stored as such."""

    person: str
    voice: Voice = "customer"
    brand: str | None = None
    language: str | None = None
    time_zone: Zone | None = None
    groups: tuple[str, ...] = ()
    value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    tenure_days: int | None = Field(default=None, ge=0)
    consents: tuple[Consent, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Person(Record):
    """A person as the store knows them: a pseudonym and facts, no address."""

    id: str
    voice: Voice
    brand: str
    language: str | None = None
    time_zone: str | None = None
    groups: tuple[str, ...] = ()
    value: float | None = None
    tenure_days: int | None = None
