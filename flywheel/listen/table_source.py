"""Feedback from tables: which column is what, and what stands in its cells; shared by CSV and JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field, model_validator

from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page, Score, SetAside
from flywheel.domain.record import Record
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.table_file import Format, TableFormat, read_tables
from flywheel.ports import ProjectPath, Source

FieldName = Literal["text", "external_id", "brand", "voice", "person", "medium", "touchpoint", "said_at", "language"]
T = TypeVar("T")

_VOICES = ("customer", "employee")


class ScoreColumn(Record):
    """A column of scores with its scale; `blanks` are cells that mean "no answer"."""

    kind: str
    column: str
    low: float
    high: float
    blanks: tuple[str, ...] = ("",)


class TableSource(Source):
    """Rows of a table as feedback. `columns` names the column of each field; several columns make one text."""

    format: ClassVar[Format]

    path: ProjectPath
    columns: dict[FieldName, str | tuple[str, ...]]
    values: dict[FieldName, dict[str, str]] = Field(default_factory=dict)
    dates: DateRules = DateRules()
    scores: tuple[ScoreColumn, ...] = ()
    attributes: tuple[str, ...] = ()
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    @model_validator(mode="after")
    def _says_something(self) -> TableSource:
        if "text" not in self.columns and not self.scores:
            raise ValueError("a source needs columns.text, or scores, or both")
        if "brand" not in self.columns and self.brand is None:
            raise ValueError("a source needs a brand: `brand: NAME`, or columns.brand")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages of new rows; raises PermanentError for a missing file or column."""
        how = TableFormat(self.format, self.encoding, self.delimiter, rereads="external_id" not in self.columns)
        wanted = self._wanted()
        for page in read_tables(self.path, how, wanted, since.value if since else None, self.id):
            cells = dict(zip(wanted, page.columns, strict=True))
            rows, refused = _usable(self._columns(cells, page.positions))
            yield Page(rows, Cursor(value=page.state), (*page.bad, *refused))

    def _wanted(self) -> list[str]:
        names = [name for one in self.columns.values() for name in ([one] if isinstance(one, str) else one)]
        return list(dict.fromkeys([*names, *(score.column for score in self.scores), *self.attributes]))

    def _columns(self, cells: dict[str, list[str]], positions: list[str]) -> FeedbackColumns:
        n = len(positions)

        def column(field: FieldName, constant: str | None = None) -> list[Any]:
            if field not in self.columns:
                return [constant] * n
            named = self.columns[field]
            parts = [cells[name] for name in ([named] if isinstance(named, str) else named)]
            joined = parts[0] if len(parts) == 1 else ["\n".join(filter(None, row)) for row in zip(*parts, strict=True)]
            known = self.values.get(field)
            return [known.get(cell, cell) for cell in joined] if known else joined

        said_at: list[datetime | None] = (
            read_dates(column("said_at"), self.dates) if "said_at" in self.columns else [None] * n
        )
        return FeedbackColumns(
            text=column("text", ""), external_id=column("external_id"), brand=column("brand", self.brand),
            voice=column("voice", self.voice), person=column("person"), medium=column("medium", self.medium),
            touchpoint=column("touchpoint", self.touchpoint), said_at=said_at,
            language=column("language", self.language), scores=self._scores(cells, n),
            attributes=self._attributes(cells, n), position=positions,
        )  # fmt: skip

    def _scores(self, cells: dict[str, list[str]], n: int) -> list[tuple[Score, ...]]:
        """Return the scores of each row; equal answers share one tuple, for there are few different ones."""
        if not self.scores:
            return [()] * n
        columns = [cells[one.column] for one in self.scores]
        return _by_value(columns, lambda row: tuple(filter(None, map(_score, self.scores, row))))

    def _attributes(self, cells: dict[str, list[str]], n: int) -> list[dict[str, str]]:
        """Return the attributes of each row; equal rows share one dict, which nobody changes."""
        if not self.attributes:
            return [{}] * n
        columns = [cells[name] for name in self.attributes]
        return _by_value(
            columns, lambda row: {name: cell for name, cell in zip(self.attributes, row, strict=True) if cell}
        )


def _by_value(columns: list[list[str]], made: Callable[[tuple[str, ...]], T]) -> list[T]:
    """Return what is made of each row; it is made once of equal rows."""
    if len(columns) == 1:
        alone = {cell: made((cell,)) for cell in set(columns[0])}
        return [alone[cell] for cell in columns[0]]
    rows = list(zip(*columns, strict=True))
    known = {row: made(row) for row in set(rows)}
    return [known[row] for row in rows]


def _score(score: ScoreColumn, cell: str) -> Score | None:
    """Return an answer on the scale; what means "no answer", is no number or is off the scale is none."""
    cell = cell.strip()
    try:
        answered = cell not in score.blanks and score.low <= float(cell) <= score.high
    except ValueError:
        return None
    return Score(kind=score.kind, value=float(cell), scale_low=score.low, scale_high=score.high) if answered else None


def _usable(rows: FeedbackColumns) -> tuple[FeedbackColumns, list[SetAside]]:
    """Return the rows that say something about some brand in some voice, and why the others do not."""
    if _all_usable(rows):
        return rows, []
    reasons = [
        _refusal(*one) for one in zip(rows.text, rows.scores, rows.brand, rows.voice, rows.external_id, strict=True)
    ]
    keep = [at for at, reason in enumerate(reasons) if reason is None]
    kept = FeedbackColumns(*([getattr(rows, name)[at] for at in keep] for name in FeedbackColumns.__slots__))
    refused = [SetAside(position=rows.position[at], reason=reason) for at, reason in enumerate(reasons) if reason]
    return kept, refused


def _all_usable(rows: FeedbackColumns) -> bool:
    """Return whether `_refusal` has nothing against any row, asked of whole columns."""
    said = all(map(str.strip, rows.text)) or all(
        text.strip() or scores for text, scores in zip(rows.text, rows.scores, strict=True)
    )
    own_ids = all(one is None or one.strip() for one in rows.external_id)
    return said and own_ids and all(rows.brand) and set(rows.voice) <= set(_VOICES)


def _refusal(
    text: str, scores: tuple[Score, ...], brand: str | None, voice: str | None, own_id: str | None
) -> str | None:
    if not text.strip() and not scores:
        return "no text and no score"
    if not brand:
        return "no brand"
    if voice not in _VOICES:
        return "a voice that is neither customer nor employee"
    if own_id is not None and not own_id.strip():
        return "an empty id"
    return None
