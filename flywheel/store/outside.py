"""Feedback, persons and outcomes from another database, by a query each; see `flywheel.store.outside_query`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator

from flywheel.domain.feedback import Cursor, Feedback, FeedbackField, Page, Score, SetAside, Voice
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Consent, PersonFact
from flywheel.domain.person_cells import ConsentColumn, PersonColumns, PersonField
from flywheel.domain.record import Zone
from flywheel.domain.score_column import ScoreColumn
from flywheel.errors import RecordError
from flywheel.ports import OutcomeSource, PersonSource, Source
from flywheel.store.days import aware
from flywheel.store.outside_query import OutsideQuery, Row, as_text, place_of

OutcomeField = Literal["person", "metric", "value", "happened_at", "external_id"]


class SqlSource(Source):
    """Rows of a query (one SELECT) as feedback, oldest first by `newer`: a column of dates or of growing numbers.

    Without `newer` all of them are read whenever any has changed.
    """

    overlaps: ClassVar[bool] = True

    url: SecretStr
    query: str
    columns: dict[FeedbackField, str]
    scores: tuple[ScoreColumn, ...] = ()
    attributes: tuple[str, ...] = ()
    newer: str | None = None
    overlap_minutes: float = Field(default=60, ge=0)
    overlap_numbers: int = Field(default=1_000, ge=0)
    zone: Zone = "UTC"
    page_rows: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _can_tell_rows_apart(self) -> SqlSource:
        if "external_id" not in self.columns:
            raise ValueError("columns needs an `external_id`: rows are read again, and only ids tell which")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages; the cursor is the newest date or number seen, never later than now."""
        names = (*self.columns.values(), *(one.column for one in self.scores), *self.attributes)
        for rows, cursor in _asked(self, names).pages(since):
            found: list[Feedback] = []
            refused: list[SetAside] = []
            left_out = Counter[str]()
            for row in rows:
                position = f"row {row[self.columns['external_id']]}"
                try:
                    found.append(self._feedback(row, position, left_out))
                except RecordError as error:
                    raw = json.dumps(row, default=as_text)
                    refused.append(SetAside(position=position, reason=str(error), raw=raw))
            yield Page(found, cursor, refused, left_out)

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a row says that was set aside."""
        return [self._feedback(json.loads(raw), "replayed", Counter())]

    def _feedback(self, row: Row, position: str, left_out: Counter[str]) -> Feedback:
        given: dict[str, Any] = {
            field: str(row[name])
            for field, name in self.columns.items()
            if field != "said_at" and row[name] is not None
        }
        answers = [one.answer(as_text(row[one.column])) for one in self.scores]
        left_out.update(one for one in answers if isinstance(one, str))
        given["scores"] = tuple(one for one in answers if isinstance(one, Score))
        if not given.get("text", "").strip() and not given["scores"]:
            raise RecordError("no text and no score")
        if "said_at" in self.columns:
            given["said_at"] = aware(row[self.columns["said_at"]], self.zone)
        attributes = {name: as_text(row[name]) for name in self.attributes if row[name] is not None}
        constants = {
            "brand": self.brand,
            "medium": self.medium,
            "touchpoint": self.touchpoint,
            "language": self.language,
        }
        try:
            return Feedback.model_validate(constants | given | {"attributes": attributes, "position": position})
        except ValidationError as error:
            raise RecordError("a value that cannot be used") from error


class SqlPersons(PersonSource):
    """Rows of a query as persons: their consents, addresses, other ids, team and manager, as from a file.

    Without `newer` all of them are read whenever any has changed. Several groups stand in one cell, parted by `;`.
    """

    overlaps: ClassVar[bool] = True

    url: SecretStr
    query: str
    brand: str
    voice: Voice = "customer"
    columns: dict[PersonField, str]
    contacts: dict[str, str] = Field(default_factory=dict)
    also: dict[str, str] = Field(
        default_factory=dict, description="Per source, the column of the id by which that source knows the person."
    )
    consents: tuple[ConsentColumn, ...] = ()
    newer: str | None = None
    overlap_minutes: float = Field(default=60, ge=0)
    overlap_numbers: int = Field(default=1_000, ge=0)
    zone: Zone = "UTC"
    page_rows: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _says_who(self) -> SqlPersons:
        if "person" not in self.columns:
            raise ValueError("columns needs a `person`: the id by which they are known")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        """Yield the persons that are new or changed; a cell that cannot be used is left out and named."""
        layout = PersonColumns(self.brand, self.voice, self.columns, self.contacts, self.also, self.consents)
        names = tuple(layout.names())
        numbers = count(1)
        for rows, cursor in _asked(self, names).pages(since):
            people: list[PersonFact] = []
            refused: list[SetAside] = []
            for row in rows:
                cells = {name: as_text(row[name]) for name in names}
                position = place_of(row, self.newer, next(numbers))
                try:
                    person, left_out = layout.person(cells, self._consents(layout, cells, row))
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not a person ({type(error).__name__})"))
                    continue
                people.append(person)
                refused += [SetAside(position=position, reason=f"a {name} that cannot be used") for name in left_out]
            yield Page(people, cursor, refused)

    def _consents(self, layout: PersonColumns, cells: dict[str, str], row: Row) -> tuple[Consent, ...]:
        """Return what a row tells the ledger; a no without a date counts from when the row changed, or from now."""
        changed = aware(row[self.newer], self.zone) if self.newer else None
        otherwise = changed or datetime.now(UTC)  # noqa: TID251 - who says no is heard at once, dated or not
        words = tuple(cells[name] for one in self.consents for name in (one.column, one.at))
        return tuple(layout.consent_lines(words, lambda written: aware(written, self.zone), otherwise))


class SqlOutcomes(OutcomeSource):
    """Rows of a query as outcomes; without a `metric` column all are of the constant, without `value` each is 1."""

    overlaps: ClassVar[bool] = True

    url: SecretStr
    query: str
    columns: dict[OutcomeField, str]
    metric: str | None = None
    newer: str | None = None
    overlap_minutes: float = Field(default=60, ge=0)
    overlap_numbers: int = Field(default=1_000, ge=0)
    zone: Zone = "UTC"
    page_rows: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _says_enough(self) -> SqlOutcomes:
        if not {"person", "happened_at"} <= set(self.columns):
            raise ValueError("columns needs `person` and `happened_at`")
        if "metric" not in self.columns and not self.metric:
            raise ValueError("an outcome needs a metric: `metric: NAME`, or columns.metric")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Outcome]]:
        """Yield outcomes that are new; those that are read again have the same identity, and are known."""
        numbers = count(1)
        for rows, cursor in _asked(self, tuple(self.columns.values())).pages(since):
            outcomes: list[Outcome] = []
            refused: list[SetAside] = []
            for row in rows:
                position = place_of(row, self.newer, next(numbers))
                try:
                    outcomes.append(self._outcome(row))
                except (ValidationError, ValueError) as error:
                    refused.append(SetAside(position=position, reason=f"not an outcome ({type(error).__name__})"))
            yield Page(outcomes, cursor, refused)

    def _outcome(self, row: Row) -> Outcome:
        given: dict[OutcomeField, str] = {field: as_text(row[name]).strip() for field, name in self.columns.items()}
        happened_at = aware(row[self.columns["happened_at"]], self.zone)
        if happened_at is None or not given["person"]:
            raise ValueError("an outcome without a date or a person")
        return Outcome(
            person=given["person"], metric=given.get("metric") or self.metric or "outcome",
            value=float(given.get("value") or 1), happened_at=happened_at, external_id=given.get("external_id") or None,
        )  # fmt: skip


def _asked(source: SqlSource | SqlPersons | SqlOutcomes, columns: tuple[str, ...]) -> OutsideQuery:
    return OutsideQuery(
        source=source.id, url=source.url, query=source.query, newer=source.newer, columns=columns,
        overlap_minutes=source.overlap_minutes, overlap_numbers=source.overlap_numbers, page_rows=source.page_rows,
    )  # fmt: skip
