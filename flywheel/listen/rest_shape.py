"""How an HTTP API is described: its paging, what says how new a record is, and where in a record things stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from flywheel.domain.feedback import Feedback, FeedbackField, Score, SetAside
from flywheel.domain.record import Record
from flywheel.errors import RecordError
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.html_text import html_text
from flywheel.listen.json_path import steps_of, text_at, value_at
from flywheel.ports import Source

_MILLISECONDS = 1000


def _path(text: str) -> str:
    for way in text.split(" | "):
        steps_of(way.strip())
    return text


JsonPath = Annotated[str, AfterValidator(_path)]
"""Where in a JSON document something stands, see `flywheel.listen.json_path`."""


class Paging(Record):
    """How one comes to the next page.

    page, offset: a number in `param`. cursor: a word of the answer (`next`) in `param`. link: the Link header, or an
    address in the answer (`next`). `keep`: the word is the server's own memory of where we stand, and is kept between
    turns (Zendesk's `after_cursor`).
    """

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    param: str = ""
    first: int = 1
    next: JsonPath = "next"
    more: JsonPath | None = Field(default=None, description="A path to a word that says whether there is more.")
    done: JsonPath | None = Field(default=None, description="A path to a word that says whether this was the last.")
    size_param: str = ""
    size: int = Field(default=100, ge=1)
    keep: bool = False


class Newer(Record):
    """What says how new a record is: `field` in it, asked for by `param` (a query parameter, or `a.b` in the body).

    `overlap_minutes` is read again every time: longer than a record can take from its date to where we see it, nothing
    is lost. `ordered`: the server gives the oldest first, so each page may be kept as read. `backwards`: it gives
    the newest first and cannot be asked for a span; reading stops at what is known.
    """

    field: JsonPath
    param: str = ""
    format: Literal["iso", "epoch", "epoch_ms"] = "iso"
    overlap_minutes: float = Field(default=60, ge=0)
    ordered: bool = False
    backwards: bool = False
    first: str | None = Field(default=None, description="Sent the first time, where the server must be told something.")

    def written(self, moment: datetime) -> str | int:
        """Return a moment as the server wants it."""
        if self.format == "iso":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return int(moment.timestamp() * (1 if self.format == "epoch" else _MILLISECONDS))


class ScorePath(Record):
    """A score in a record, on its own scale."""

    kind: str
    at: JsonPath
    scale_low: float
    scale_high: float
    values: dict[str, float] = Field(default_factory=dict, description="Words that stand for numbers: good -> 1.")


class CompanyMark(Record):
    """What says that the company itself wrote a record (a post by its staff, an outgoing message)."""

    at: JsonPath
    values: tuple[str, ...] = ("true", "True", "1", "yes")


class RecordShape(Record):
    """Where in a record things stand; several paths of `text` are put one below the other."""

    records: JsonPath = "$"
    company: CompanyMark | None = None
    fields: dict[FeedbackField, JsonPath | tuple[JsonPath, ...]]
    scores: tuple[ScorePath, ...] = ()
    attributes: dict[str, JsonPath] = Field(default_factory=dict)
    dates: DateRules = DateRules()
    html: bool = False

    def feedback(self, record: Any, constants: dict[str, str | None], position: str) -> Feedback:
        """Return what a record says; raises RecordError with the reason why it says nothing."""
        if not isinstance(record, dict):
            raise RecordError("a record that is no object")
        given: dict[str, Any] = {name: value for name, value in constants.items() if value is not None}
        given |= {name: said for name, paths in self.fields.items() if (said := self._said(record, paths))}
        if self.company is not None and text_at(record, self.company.at) in self.company.values:
            given["voice"] = "company"
        if "said_at" in self.fields:
            given["said_at"] = moment_at(record, self._first("said_at"), self.dates)
        for name in ("text", "reply") if self.html else ():
            if name in given:
                given[name] = html_text(given[name]).strip()
        scores = tuple(score for one in self.scores if (score := _score(record, one)) is not None)
        attributes = {name: text_at(record, path) for name, path in self.attributes.items()}
        _require(given, scores, wants_id="external_id" in self.fields)
        try:
            return Feedback.model_validate(
                given
                | {"scores": scores, "attributes": {k: v for k, v in attributes.items() if v}, "position": position}
            )
        except ValidationError as error:
            bad = sorted({str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)})
            raise RecordError(f"a {bad[0]} that cannot be used") from error

    def read(self, records: Iterable[Any], source: Source) -> tuple[list[Feedback], list[SetAside]]:
        """Return what records of a source say, and those that say nothing, with their reason and their raw form."""
        rows: list[Feedback] = []
        refused: list[SetAside] = []
        constants = constants_of(source)
        for record in records:
            own_id = text_at(record, self._first("external_id")) if "external_id" in self.fields else ""
            position = f"record {own_id}" if own_id else "a record without an id"
            try:
                rows.append(self.feedback(record, constants, position))
            except RecordError as error:
                raw = json.dumps(record, default=str)  # dates and amounts, where they come from elsewhere than JSON
                refused.append(SetAside(position=position, reason=str(error), raw=raw))
        return rows, refused

    def _first(self, field: FeedbackField) -> str:
        paths = self.fields[field]
        return paths if isinstance(paths, str) else paths[0]

    @staticmethod
    def _said(record: Any, paths: str | tuple[str, ...]) -> str:
        parts = [text_at(record, path) for path in ([paths] if isinstance(paths, str) else paths)]
        return "\n".join(part for part in parts if part.strip())


def constants_of(source: Source) -> dict[str, str | None]:
    """Return what a source says of all its records."""
    names = ("brand", "voice", "medium", "touchpoint", "language")
    return {name: getattr(source, name) for name in names}


def moment_at(record: Any, path: str, dates: DateRules | None = None) -> datetime | None:
    """Return the moment that stands at a path: ISO text, or seconds or milliseconds since 1970; None if none does."""
    value = value_at(record, path)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value / _MILLISECONDS if abs(value) > 1e11 else value, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    return read_dates([str(value)], dates or DateRules())[0]


def _require(given: dict[str, Any], scores: tuple[Score, ...], *, wants_id: bool) -> None:
    if not given.get("text", "").strip() and not scores:
        raise RecordError("no text and no score")
    if wants_id and not given.get("external_id", "").strip():
        raise RecordError("no id")
    if not given.get("brand"):
        raise RecordError("no brand")


def _score(record: Any, one: ScorePath) -> Score | None:
    value = value_at(record, one.at)
    if value is None:
        return None
    known = one.values.get(str(value))
    try:
        number = float(value) if known is None else known
    except (TypeError, ValueError):
        return None
    if not one.scale_low <= number <= one.scale_high:
        return None
    return Score(kind=one.kind, value=number, scale_low=one.scale_low, scale_high=one.scale_high)
