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


class Identity(Record):
    """Under which id of its own another source speaks of the same person."""

    source: str
    person: str


class Signal(Record):
    """Something that happened in our own operations to a person (a late order, a delay, a renewal); `person` is an id.

    `external_id` tells two signals of one source apart; without one, equal signals are one.
    """

    person: str
    signal: str
    happened_at: Moment
    value: float = Field(default=1.0, allow_inf_nan=False)
    external_id: str | None = None


class PersonFact(Record):
    """What a person source tells of one person; `person` is the source's own id and never stored as such.

    `also` are the ids by which other sources know them; `team` and `manager` (an id, too) are for employees.
    """

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
    also: tuple[Identity, ...] = ()
    team: str | None = None
    manager: str | None = None


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
    team: str | None = None
    manager_id: str | None = None
