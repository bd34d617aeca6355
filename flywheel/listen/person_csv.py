"""Persons from a CSV file: who they are, what they consented to, where they can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError

from flywheel.domain.feedback import Cursor, Page, SetAside, Voice
from flywheel.domain.person import Consent, Contact, Identity, PersonFact
from flywheel.domain.record import Record
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import files_of, read_tables
from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.ports import PersonSource, ProjectPath

FieldName = Literal["person", "language", "time_zone", "groups", "value", "tenure_days", "team", "manager"]
_MAY_BE_LEFT_OUT = frozenset({"language", "time_zone", "value", "tenure_days"})


class ConsentColumn(Record):
    """A column that says whether a person consented to a channel for a purpose, and one that says since when."""

    channel: str
    purpose: str
    column: str
    granted: tuple[str, ...] = ("yes", "true", "1")
    at: str


class PersonCsv(PersonSource):
    """A CSV file of persons; `contacts` names the column of the address on each channel.

    With `also: {support: helpdesk_id}` what a person says to the source `support` is theirs, under whatever id.
    """

    path: ProjectPath
    brand: str
    voice: Voice = "customer"
    columns: dict[FieldName, str]
    contacts: dict[str, str] = Field(default_factory=dict)
    also: dict[str, str] = Field(
        default_factory=dict, description="Per source, the column of the id by which that source knows the person."
    )
    consents: tuple[ConsentColumn, ...] = ()
    dates: DateRules = DateRules()
    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        """Yield the persons of a new or changed file; a person who stands in it again replaces what was known.

        A cell that cannot be used is left out and named; the person's consents are never lost with it.
        """
        wanted = list(dict.fromkeys([
            *self.columns.values(), *self.contacts.values(), *self.also.values(),
            *(name for one in self.consents for name in (one.column, one.at)),
        ]))  # fmt: skip
        how = TableFormat("csv", self.encoding, self.delimiter)
        written_at = max(datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in files_of(self.path, self.id))
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            people, refused = [], list(page.bad)
            consents = self._consents_of(dict(zip(wanted, page.columns, strict=True)), written_at)
            for row, position, given in zip(page.rows, page.positions, consents, strict=True):
                try:
                    person, left_out = self._person(dict(zip(wanted, row, strict=True)), given)
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not a person ({type(error).__name__})"))
                    continue
                people.append(person)
                refused += [SetAside(position=position, reason=f"a {name} that cannot be used") for name in left_out]
            yield Page(people, Cursor(value=page.state), refused)

    def _person(self, cells: dict[str, str], consents: tuple[Consent, ...]) -> tuple[PersonFact, list[str]]:
        given: dict[str, Any] = {
            field: cells[name].strip() for field, name in self.columns.items() if cells[name].strip()
        }
        if "person" not in given:
            raise ValueError("a row without a person")
        groups = tuple(part.strip() for part in given.pop("groups", "").split(";") if part.strip())
        contacts = tuple(
            Contact(channel=channel, address=SecretStr(cells[name].strip()))
            for channel, name in self.contacts.items()
            if cells[name].strip()
        )
        also = tuple(
            Identity(source=source, person=cells[name].strip())
            for source, name in self.also.items()
            if cells[name].strip()
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

    def _consents_of(self, columns: dict[str, list[str]], written_at: datetime) -> list[tuple[Consent, ...]]:
        """Return what each row tells the ledger; rows that say the same share one tuple."""
        if not self.consents:
            return [()] * max(map(len, columns.values()))
        rows = list(zip(*(columns[name] for one in self.consents for name in (one.column, one.at)), strict=True))
        known = {row: tuple(self._consents(row, written_at)) for row in set(rows)}
        return [known[row] for row in rows]

    def _consents(self, cells: tuple[str, ...], written_at: datetime) -> Iterator[Consent]:
        """Yield what the ledger is told; a yes needs its date, a no that has none counts from the file's own."""
        for one, written, since in zip(self.consents, cells[::2], cells[1::2], strict=True):
            word = written.strip().lower()
            granted = word in {yes.lower() for yes in one.granted}
            at = read_dates([since], self.dates)[0] or (written_at if word and not granted else None)
            if at is not None:
                yield Consent(channel=one.channel, purpose=one.purpose, granted=granted, at=at)
