"""Persons from a CSV file: who they are, what they consented to, where they can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import Field, SecretStr, ValidationError

from flywheel.domain.feedback import Cursor, Page, SetAside, Voice
from flywheel.domain.person import Consent, Contact, PersonFact
from flywheel.domain.record import Record
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import TableFormat, read_tables
from flywheel.ports import PersonSource, ProjectPath

FieldName = Literal["person", "language", "time_zone", "groups", "value", "tenure_days"]


class ConsentColumn(Record):
    """A column that says whether a person consented to a channel for a purpose, and one that says since when."""

    channel: str
    purpose: str
    column: str
    granted: tuple[str, ...] = ("yes", "true", "1")
    at: str


class PersonCsv(PersonSource):
    """A CSV file of persons; `contacts` names the column of the address on each channel."""

    path: ProjectPath
    brand: str
    voice: Voice = "customer"
    columns: dict[FieldName, str]
    contacts: dict[str, str] = Field(default_factory=dict)
    consents: tuple[ConsentColumn, ...] = ()
    dates: DateRules = DateRules()
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        """Yield the persons of a new or changed file; a person who stands in it again replaces what was known."""
        wanted = list(dict.fromkeys([
            *self.columns.values(), *self.contacts.values(),
            *(name for one in self.consents for name in (one.column, one.at)),
        ]))  # fmt: skip
        how = TableFormat("csv", self.encoding, self.delimiter)
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            people, refused = [], list(page.bad)
            for row, position in zip(page.rows, page.positions, strict=True):
                try:
                    people.append(self._person(dict(zip(wanted, row, strict=True))))
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not a person ({type(error).__name__})"))
            yield Page(people, Cursor(value=page.state), refused)

    def _person(self, cells: dict[str, str]) -> PersonFact:
        given = {field: cells[name].strip() for field, name in self.columns.items() if cells[name].strip()}
        if "person" not in given:
            raise ValueError("a row without a person")
        groups = tuple(part.strip() for part in given.pop("groups", "").split(";") if part.strip())
        contacts = tuple(
            Contact(channel=channel, address=SecretStr(cells[name].strip()))
            for channel, name in self.contacts.items()
            if cells[name].strip()
        )
        return PersonFact(
            **given, voice=self.voice, brand=self.brand, groups=groups, contacts=contacts,  # type: ignore[arg-type]  # pydantic reads numbers from text
            consents=tuple(self._consents(cells)),
        )  # fmt: skip

    def _consents(self, cells: dict[str, str]) -> Iterator[Consent]:
        for one in self.consents:
            at = _since(cells[one.at], self.dates)
            if at is not None:
                granted = cells[one.column].strip().lower() in {word.lower() for word in one.granted}
                yield Consent(channel=one.channel, purpose=one.purpose, granted=granted, at=at)


def _since(text: str, rules: DateRules) -> datetime | None:
    return read_dates([text], rules)[0]
