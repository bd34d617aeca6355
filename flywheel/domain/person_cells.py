"""A row of cells as a person, and the words in its cells as lines of the consent ledger: files and queries share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import SecretStr, ValidationError

from flywheel.domain.feedback import Voice
from flywheel.domain.person import Consent, Contact, Identity, PersonFact
from flywheel.domain.record import Record

PersonField = Literal["person", "language", "time_zone", "groups", "value", "tenure_days", "team", "manager"]
_MAY_BE_LEFT_OUT = frozenset({"language", "time_zone", "value", "tenure_days"})


class ConsentColumn(Record):
    """A column that says whether a person consented to a channel for a purpose, and one that says since when."""

    channel: str
    purpose: str
    column: str
    granted: tuple[str, ...] = ("yes", "true", "1")
    at: str


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """Which column is what: of the person, of their address on each channel, of the id by which a source knows them."""

    brand: str
    voice: Voice
    fields: Mapping[PersonField, str]
    contacts: Mapping[str, str]
    also: Mapping[str, str]
    consents: tuple[ConsentColumn, ...]

    def names(self) -> list[str]:
        """Return all columns that are read, each once."""
        words = (name for one in self.consents for name in (one.column, one.at))
        return list(dict.fromkeys([*self.fields.values(), *self.contacts.values(), *self.also.values(), *words]))

    def person(self, cells: Mapping[str, str], consents: tuple[Consent, ...]) -> tuple[PersonFact, list[str]]:
        """Return the person of a row, and which of its cells could not be used; consents are never lost with them.

        Raises ValueError (ValidationError among them) for a row that is no person.
        """
        given: dict[str, Any] = {field: said for field, name in self.fields.items() if (said := cells[name].strip())}
        if "person" not in given:
            raise ValueError("a row without a person")
        groups = tuple(part.strip() for part in given.pop("groups", "").split(";") if part.strip())
        contacts = tuple(
            Contact(channel=channel, address=SecretStr(said))
            for channel, name in self.contacts.items()
            if (said := cells[name].strip())
        )
        also = tuple(
            Identity(source=source, person=said) for source, name in self.also.items() if (said := cells[name].strip())
        )
        given |= {
            "also": also, "voice": self.voice, "brand": self.brand, "groups": groups, "contacts": contacts,
            "consents": consents,
        }  # fmt: skip
        try:
            return PersonFact.model_validate(given), []
        except ValidationError as error:
            bad = {str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)}
            if not bad <= _MAY_BE_LEFT_OUT:
                raise
            return PersonFact.model_validate({key: given[key] for key in given if key not in bad}), sorted(bad)

    def consent_lines(
        self, cells: tuple[str, ...], read: Callable[[str], datetime | None], otherwise: datetime
    ) -> Iterator[Consent]:
        """Yield what the ledger is told; a yes needs its date, a no that has none counts from `otherwise`.

        `cells` are a word and a date for each of the consents.
        """
        for one, written, since in zip(self.consents, cells[::2], cells[1::2], strict=True):
            word = written.strip().lower()
            granted = word in {yes.lower() for yes in one.granted}
            at = read(since) or (otherwise if word and not granted else None)
            if at is not None:
                yield Consent(channel=one.channel, purpose=one.purpose, granted=granted, at=at)
