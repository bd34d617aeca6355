"""Persons from a CSV file: who they are, what they consented to, where they can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import Field, ValidationError

from flywheel.domain.feedback import Cursor, Page, SetAside, Voice
from flywheel.domain.person import Consent, PersonFact
from flywheel.domain.person_cells import ConsentColumn, PersonColumns, PersonField
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import files_of, read_tables
from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.ports import PersonSource, ProjectPath


class PersonCsv(PersonSource):
    """A CSV file of persons; `contacts` names the column of the address on each channel.

    With `also: {support: helpdesk_id}` what a person says to the source `support` is theirs, under whatever id.
    """

    path: ProjectPath
    brand: str
    voice: Voice = "customer"
    columns: dict[PersonField, str]
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
        layout = PersonColumns(self.brand, self.voice, self.columns, self.contacts, self.also, self.consents)
        wanted = layout.names()
        how = TableFormat("csv", self.encoding, self.delimiter)
        written_at = max(datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in files_of(self.path, self.id))
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            people, refused = [], list(page.bad)
            consents = self._consents_of(layout, dict(zip(wanted, page.columns, strict=True)), written_at)
            for row, position, given in zip(page.rows, page.positions, consents, strict=True):
                try:
                    person, left_out = layout.person(dict(zip(wanted, row, strict=True)), given)
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not a person ({type(error).__name__})"))
                    continue
                people.append(person)
                refused += [SetAside(position=position, reason=f"a {name} that cannot be used") for name in left_out]
            yield Page(people, Cursor(value=page.state), refused)

    def _consents_of(
        self, layout: PersonColumns, columns: dict[str, list[str]], written_at: datetime
    ) -> list[tuple[Consent, ...]]:
        """Return what each row tells the ledger; rows that say the same share one tuple."""
        if not self.consents:
            return [()] * max(map(len, columns.values()))
        rows = list(zip(*(columns[name] for one in self.consents for name in (one.column, one.at)), strict=True))
        known = {row: tuple(layout.consent_lines(row, self._date, written_at)) for row in set(rows)}
        return [known[row] for row in rows]

    def _date(self, written: str) -> datetime | None:
        return read_dates([written], self.dates)[0]
