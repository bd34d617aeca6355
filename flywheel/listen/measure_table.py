"""Measures from tables: a survey's shares with how many answered, a public index by year; never as fake feedback."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from typing import Literal

from pydantic import Field, model_validator

from flywheel.domain.feedback import Cursor, Page, SetAside, Voice
from flywheel.domain.record import Record
from flywheel.domain.standing import Basis, Measure
from flywheel.errors import PermanentError
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.measure_cells import Numbers, Unit
from flywheel.listen.table_file import files_of, header_of, read_tables
from flywheel.listen.table_format import TableFormat, TablePage
from flywheel.listen.table_notices import Notices
from flywheel.ports import MeasureSource, ProjectPath

FieldName = Literal["brand", "measure", "value", "n", "sd", "year", "as_of"]
_NAME = re.compile(r"\{(\w+)\}")


class MeasureColumn(Record):
    """A column, or many of one pattern, in which a measure stands.

    `column: "{question}.{answer}"` means every column of that shape, but for those that another entry names or a glob
    of `besides` fits; `measure`, `n` and `sd` may use its parts.
    """

    column: str
    measure: str
    higher_is_better: bool
    unit: Unit = "number"
    n: str | None = None
    sd: str | None = None
    span: float | None = Field(default=None, gt=0)
    besides: tuple[str, ...] = ()

    def found_in(self, header: list[str], taken: set[str]) -> list[MeasureColumn]:
        """Return one of these for every column of the header that has this shape."""
        if not _NAME.search(self.column):
            return [self]
        shape = re.compile("".join(map(_shape, re.split(r"(\{\w+\})", self.column))))
        open_ones = [
            name for name in header if name not in taken and not any(map(partial(fnmatchcase, name), self.besides))
        ]
        fitting = [(name, shape.fullmatch(name)) for name in open_ones]
        made = [self._filled(name, match.groupdict()) for name, match in fitting if match is not None]
        counts = {one.n for one in made} | {one.sd for one in made}
        return [one for one in made if one.column not in counts and (one.n is None or one.n in header)]

    def _filled(self, column: str, parts: Mapping[str, str]) -> MeasureColumn:
        def filled(text: str | None) -> str | None:
            return text and _NAME.sub(lambda match: parts.get(match[1], match[0]), text)

        given = {"column": column, "measure": filled(self.measure), "n": filled(self.n), "sd": filled(self.sd)}
        return self.model_copy(update=given)


class MeasureTable(MeasureSource):
    """A table of measures, one organisation (and year) a row.

    Either `measures` names the columns of several measures, or `columns.measure` and `columns.value` stand for one
    measure a row; then `unit` and `higher_is_better` hold for all. A figure of a year is as of the year's last day.
    """

    path: ProjectPath
    voice: Voice
    brand: str | None = None
    columns: dict[FieldName, str]
    measures: tuple[MeasureColumn, ...] = ()
    values: dict[Literal["brand", "measure"], dict[str, str]] = Field(default_factory=dict)
    unit: Unit = "number"
    higher_is_better: bool = True
    basis: Basis = "survey"
    year: int | None = Field(default=None, ge=1, le=9999)
    dates: DateRules = DateRules()
    numbers: Numbers = Numbers()
    provenance: str = Field(min_length=1)

    @abstractmethod
    def written(self) -> TableFormat:
        """Return how the files are written."""

    @model_validator(mode="after")
    def _is_whole(self) -> MeasureTable:
        long = {"measure", "value"} & set(self.columns)
        if bool(self.measures) == bool(long) or len(long) == 1:
            raise ValueError("a table of measures needs `measures`, or columns.measure and columns.value")
        if ("brand" in self.columns) == (self.brand is not None):
            raise ValueError("measures are about a brand: `brand: NAME`, or columns.brand")
        if sum(("year" in self.columns, "as_of" in self.columns, self.year is not None)) != 1:
            raise ValueError("measures need their time: one of `year: 2017`, columns.year, columns.as_of")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Measure]]:
        """Yield the measures of new or changed files; raises PermanentError for a missing file or column."""
        how, notices, state = self.written(), Notices(self.id), dict(since.value) if since else {}  # type: ignore[arg-type]
        for file in files_of(self.path, self.id, how.format):
            found = self._columns_of(header_of(file, how))
            wanted = list(dict.fromkeys([
                *self.columns.values(), *(name for one in found for name in (one.column, one.n, one.sd) if name)
            ]))  # fmt: skip
            said: dict[tuple[str, str, datetime], float] = {}
            for page in read_tables(file, how, wanted, state, self.id):
                state = page.state
                notices.replaced(page.file, replaced=page.replaced)
                yield replace(self._page(page, wanted, found, said), notices=notices.take())

    def _columns_of(self, header: list[str]) -> list[MeasureColumn]:
        if not self.measures:
            return []
        taken = {*self.columns.values(), *(one.column for one in self.measures)}
        found = [made for one in self.measures for made in one.found_in(header, taken)]
        if not found:
            raise PermanentError(f"Source {self.id!r}: no column has the shape of its `measures`: {', '.join(header)}.")
        return found

    def _page(
        self, page: TablePage, wanted: list[str], found: list[MeasureColumn],
        said: dict[tuple[str, str, datetime], float],
    ) -> Page[Measure]:  # fmt: skip
        measures: list[Measure] = []
        refused, left_out = list(page.bad), Counter[str]()
        for row, position in zip(page.rows, page.positions, strict=True):
            cells = dict(zip(wanted, row, strict=True))
            about = self._about(cells)
            if isinstance(about, str):
                refused.append(SetAside(position=position, reason=about))
                continue
            for one in found or [self._long(cells)]:
                made = self._measure(one, cells, about)
                key = (about[0], one.measure, about[1])
                if isinstance(made, str):
                    left_out[made] += 1
                elif key not in said:
                    said[key] = made.value
                    measures.append(made)
                elif said[key] == made.value:
                    left_out["a figure that this file gives twice"] += 1
                else:
                    refused.append(
                        SetAside(position=position, reason="a figure that this file gives twice, differently")
                    )
        return Page(measures, Cursor(value=page.state), refused, dict(left_out))

    def _about(self, cells: dict[str, str]) -> tuple[str, datetime] | str:
        """Return the brand and the moment of a row, or why it has none."""
        brand = self.brand or self._mapped("brand", cells)
        if not brand or brand in self.numbers.blanks:
            return "no brand"
        if "as_of" in self.columns:
            as_of = read_dates([cells[self.columns["as_of"]]], self.dates)[0]
        else:
            year = self.year or self.numbers.read(cells[self.columns["year"]])
            as_of = datetime(int(year), 12, 31, tzinfo=UTC) if isinstance(year, int | float) and year >= 1 else None
        return (brand, as_of) if as_of is not None else "no year or date that can be read"

    def _long(self, cells: dict[str, str]) -> MeasureColumn:
        return MeasureColumn(
            column=self.columns["value"], measure=self._mapped("measure", cells), unit=self.unit,
            higher_is_better=self.higher_is_better,
        )  # fmt: skip

    def _mapped(self, field: Literal["brand", "measure"], cells: dict[str, str]) -> str:
        cell = cells[self.columns[field]].strip()
        return self.values.get(field, {}).get(cell, cell)

    def _measure(self, one: MeasureColumn, cells: dict[str, str], about: tuple[str, datetime]) -> Measure | str:
        """Return a measure, or why the cell holds none."""
        value = self.numbers.measured(cells[one.column], one.unit)
        if value is None or not one.measure:
            return "no figure"
        if isinstance(value, str):
            return f"{one.column}: {value}"
        n = self.numbers.count(self._cell(one.n, "n", cells))
        sd = self.numbers.read(self._cell(one.sd, "sd", cells))
        if one.unit != "number" and sd is None and n is not None:
            sd = (value * (1 - value)) ** 0.5  # of one answer that is yes or no
        return Measure(
            brand=about[0], voice=self.voice, measure=one.measure, value=value, n=n,
            sd=sd if isinstance(sd, float) else None, basis=self.basis, higher_is_better=one.higher_is_better,
            as_of=about[1], provenance=self.provenance, unit="number" if one.unit == "number" else "share",
            span=one.span,
        )  # fmt: skip

    def _cell(self, own: str | None, field: Literal["n", "sd"], cells: dict[str, str]) -> str:
        name = own or self.columns.get(field)
        return cells[name] if name else ""


def _shape(part: str) -> str:
    """Return the pattern of a part of a column's name: `{question}` stands for the fewest signs that fit."""
    name = _NAME.fullmatch(part)
    return f"(?P<{name[1]}>.+?)" if name else re.escape(part)
