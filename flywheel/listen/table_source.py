"""Feedback from tables: which column is what, and what stands in its cells; shared by all formats of files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import Field, model_validator

from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, FeedbackField, Page
from flywheel.domain.score_column import ScoreColumn
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.scores import Scores, by_value, read_scores
from flywheel.listen.table_file import read_tables
from flywheel.listen.table_format import TableFormat, TablePage
from flywheel.listen.table_notices import Notices
from flywheel.listen.usable import usable
from flywheel.ports import ProjectPath, Source


class TableSource(Source):
    """Rows of a table as feedback.

    `columns` names the column of each field; a list of columns makes one text of them (other fields: joined by a
    space). `also_called` gives other names of a column, for files in which it is called differently. `dates_in` are
    the rules of dates for the files of a glob, where they differ from `dates`. `ids_within: file` is for numbers that
    begin anew in each file.
    """

    path: ProjectPath
    columns: dict[FeedbackField, str | tuple[str, ...]]
    also_called: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    values: dict[FeedbackField, dict[str, str]] = Field(default_factory=dict)
    dates: DateRules = DateRules()
    dates_in: dict[str, DateRules] = Field(default_factory=dict)
    ids_within: Literal["source", "file"] = "source"
    scores: tuple[ScoreColumn, ...] = ()
    attributes: tuple[str, ...] = ()

    @abstractmethod
    def written(self) -> TableFormat:
        """Return how the files are written."""

    @model_validator(mode="after")
    def _says_something(self) -> TableSource:
        if "text" not in self.columns and not self.scores:
            raise ValueError("a source needs columns.text, or scores, or both")
        if "brand" not in self.columns and self.brand is None:
            raise ValueError("a source needs a brand: `brand: NAME`, or columns.brand")
        if unknown := sorted(set(self.also_called) - set(self._wanted())):
            raise ValueError(f"also_called names {unknown[0]!r}, which is no column that is read")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages of new rows; raises PermanentError for a missing file or column."""
        how = replace(
            self.written(), rereads="external_id" not in self.columns, also_called=self.also_called,
            only_in={score.column: score.only_in for score in self.scores if score.only_in},
        )  # fmt: skip
        wanted, notices = self._wanted(), Notices(self.id)
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            cells = dict(zip(wanted, page.columns, strict=True))
            scores, left_out = self._scores(cells, len(page.positions))
            rows, refused = usable(self._columns(cells, scores, page, notices))
            notices.replaced(page.file, replaced=page.replaced)
            notices.left_out(page.file, left_out)
            if how.format == "jsonl" and page.positions:
                notices.empty((name for name, column in cells.items() if not any(column)), page.file)
            yield Page(rows, Cursor(value=page.state), (*page.bad, *refused), left_out, notices.take())

    def _wanted(self) -> list[str]:
        names = [name for one in self.columns.values() for name in ([one] if isinstance(one, str) else one)]
        return list(dict.fromkeys([*names, *(score.column for score in self.scores), *self.attributes]))

    def _columns(
        self, cells: dict[str, list[str]], scores: list[Scores], page: TablePage, notices: Notices
    ) -> FeedbackColumns:
        n = len(page.positions)

        def column(field: FeedbackField, constant: str | None = None) -> list[Any]:
            return self._column(cells, field) if field in self.columns else [constant] * n

        own_ids = column("external_id")
        if self.ids_within == "file" and "external_id" in self.columns:
            own_ids = [f"{page.file}:{one}" if one.strip() else one for one in own_ids]
        return FeedbackColumns(
            text=column("text", ""), external_id=own_ids, brand=column("brand", self.brand),
            voice=column("voice", self.voice), person=column("person"), medium=column("medium", self.medium),
            touchpoint=column("touchpoint", self.touchpoint), said_at=self._dates(cells, page, notices),
            language=column("language", self.language), scores=scores,
            attributes=self._attributes(cells, n), position=page.positions, thread=column("thread"),
            reply=column("reply"),
        )  # fmt: skip

    def _column(self, cells: dict[str, list[str]], field: FeedbackField) -> list[str]:
        named = self.columns[field]
        parts = [cells[name] for name in ([named] if isinstance(named, str) else named)]
        if len(parts) == 1:
            joined = parts[0]
        elif field == "text":
            joined = ["\n".join(filter(None, row)) for row in zip(*parts, strict=True)]
        else:
            joined = [" ".join(row).strip() for row in zip(*parts, strict=True)]
        known = self.values.get(field)
        return [known.get(cell, cell) for cell in joined] if known else joined

    def _dates(self, cells: dict[str, list[str]], page: TablePage, notices: Notices) -> list[datetime | None]:
        if "said_at" not in self.columns:
            return [None] * len(page.positions)
        written = self._column(cells, "said_at")
        rules = next((one for name, one in self.dates_in.items() if fnmatchcase(page.file, name)), self.dates)
        read = read_dates(written, rules)
        notices.dates(page.file, written, read, rules)
        return read

    def _scores(self, cells: dict[str, list[str]], n: int) -> tuple[list[Scores], dict[str, int]]:
        if not self.scores:
            return [()] * n, {}
        scores, left_out = read_scores([cells[one.column] for one in self.scores], self.scores)
        return scores, dict(left_out)

    def _attributes(self, cells: dict[str, list[str]], n: int) -> list[dict[str, str]]:
        """Return the attributes of each row; equal rows share one dict, which nobody changes."""
        if not self.attributes:
            return [{}] * n
        columns = [cells[name] for name in self.attributes]
        return by_value(
            columns, lambda row: {name: cell for name, cell in zip(self.attributes, row, strict=True) if cell}
        )
