"""What happened to people afterwards, from a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationError

from flywheel.domain.feedback import Cursor, Page, SetAside
from flywheel.domain.outcome import Outcome
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import read_tables
from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.ports import OutcomeSource, ProjectPath

FieldName = Literal["person", "metric", "value", "happened_at", "external_id"]


class OutcomeCsv(OutcomeSource):
    """A CSV file of outcomes; without a `metric` column all are of the constant `metric`; without `value` each is 1."""

    path: ProjectPath
    columns: dict[FieldName, str]
    metric: str | None = None
    dates: DateRules = DateRules()
    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def fetch(self, since: Cursor | None) -> Iterator[Page[Outcome]]:
        """Yield new outcomes; raises PermanentError for a missing file or column."""
        wanted = list(dict.fromkeys(self.columns.values()))
        how = TableFormat("csv", self.encoding, self.delimiter)
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            outcomes, refused = [], list(page.bad)
            for row, position in zip(page.rows, page.positions, strict=True):
                try:
                    outcomes.append(self._outcome(dict(zip(wanted, row, strict=True))))
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not an outcome ({type(error).__name__})"))
            yield Page(outcomes, Cursor(value=page.state), refused)

    def _outcome(self, cells: dict[str, str]) -> Outcome:
        given = {field: cells[name].strip() for field, name in self.columns.items()}
        happened_at = read_dates([given.get("happened_at", "")], self.dates)[0]
        if happened_at is None or not given.get("person"):
            raise ValueError("an outcome without a date or a person")
        return Outcome(
            person=given["person"], metric=given.get("metric") or self.metric or "outcome",
            value=float(given.get("value") or 1), happened_at=happened_at,
            external_id=given.get("external_id") or None,
        )  # fmt: skip
