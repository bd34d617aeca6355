"""What happened to people in our own operations, from a CSV file: late orders, delays, renewals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationError

from flywheel.domain.feedback import Cursor, Page, SetAside
from flywheel.domain.person import Signal
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import read_tables
from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.ports import ProjectPath, SignalSource

FieldName = Literal["person", "signal", "value", "happened_at", "external_id"]


class SignalCsv(SignalSource):
    """A CSV file of signals; without a `signal` column all are of the constant `signal`; without `value` each is 1."""

    path: ProjectPath
    columns: dict[FieldName, str]
    signal: str | None = None
    dates: DateRules = DateRules()
    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def fetch(self, since: Cursor | None) -> Iterator[Page[Signal]]:
        """Yield new signals; raises PermanentError for a missing file or column."""
        wanted = list(dict.fromkeys(self.columns.values()))
        how = TableFormat("csv", self.encoding, self.delimiter)
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            signals, refused = [], list(page.bad)
            moments = read_dates(self._column(page.columns, wanted, "happened_at"), self.dates)
            for row, position, moment in zip(page.rows, page.positions, moments, strict=True):
                cells = {
                    field: dict(zip(wanted, row, strict=True))[name].strip() for field, name in self.columns.items()
                }
                try:
                    given = {"signal": self.signal, "happened_at": moment} | {k: v for k, v in cells.items() if v}
                    signals.append(Signal.model_validate(given | {"happened_at": moment}))
                except ValidationError as error:
                    bad = sorted({str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)})
                    refused.append(SetAside(position=position, reason=f"a {bad[0]} that cannot be used"))
            yield Page(signals, Cursor(value=page.state), refused)

    def _column(self, columns: list[list[str]], wanted: list[str], field: FieldName) -> list[str]:
        return columns[wanted.index(self.columns[field])]
