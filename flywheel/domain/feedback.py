"""What somebody said, as it enters: feedback, its scores, where it came from, and what could not be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import Field, FiniteFloat, JsonValue

from flywheel.domain.record import Moment, Record

Voice = Literal["customer", "employee"]
Speaker = Literal["customer", "employee", "company"]
"""Who wrote it. What a company itself replies is kept beside what it answers; it is nobody's experience, and no figure
of sentiment, topics or effort counts it."""
FeedbackField = Literal[
    "text", "external_id", "brand", "voice", "person", "medium", "touchpoint", "said_at", "language", "thread",
    "reply",
]  # fmt: skip

T = TypeVar("T")


class Score(Record):
    """A solicited or given score on its own scale; scales are kept and never mixed."""

    kind: str
    value: FiniteFloat
    scale_low: float
    scale_high: float


class Feedback(Record):
    """One piece of feedback as a source gives it; `person` is the source's own id and never stored as such.

    `thread` is the source's id of the conversation it stands in: a topic, a ticket, or the piece that it answers.
    `reply` is what the company answered, where the same record tells it.
    """

    text: str = ""
    external_id: str | None = None
    brand: str | None = None
    voice: Speaker | None = None
    person: str | None = None
    medium: str | None = None
    touchpoint: str | None = None
    said_at: Moment | None = None
    language: str | None = None
    scores: tuple[Score, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    position: str = ""
    thread: str | None = None
    reply: str | None = None


class Cursor(Record):
    """Where a source stopped; opaque to everybody but that source, saved with the rows it covers."""

    value: JsonValue


class SetAside(Record):
    """A record that could not be used: where it stood and why. Its words are kept out of the reason.

    `raw` is the record as the source gave it, for a source that can `parse` it again: kept encrypted, for a replay.
    """

    position: str
    reason: str
    raw: str | None = Field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FeedbackColumns:
    """A batch of feedback as parallel lists (the columnar form of `Feedback`); all have the same length."""

    text: list[str]
    external_id: list[str | None]
    brand: list[str | None]
    voice: list[str | None]
    person: list[str | None]
    medium: list[str | None]
    touchpoint: list[str | None]
    said_at: list[datetime | None]
    language: list[str | None]
    scores: list[tuple[Score, ...]]
    attributes: list[dict[str, str]]
    position: list[str]
    thread: list[str | None]
    reply: list[str | None]

    def __len__(self) -> int:
        return len(self.text)

    @classmethod
    def of(cls, records: Iterable[Feedback]) -> FeedbackColumns:
        """Return the columns of some records, in their order."""
        rows = list(records)
        return cls(*([getattr(row, name) for row in rows] for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What a source hands over at once; `cursor` covers exactly the rows of this page and all before it.

    A connector may simply yield records; those that read files in bulk yield `FeedbackColumns`. `left_out` counts by
    their reason the cells that could not be used in rows that were kept; `notices` are sentences for whoever runs
    this, each said once a fetch. Neither repeats a customer's words.
    """

    rows: Sequence[T] | FeedbackColumns
    cursor: Cursor
    set_aside: Sequence[SetAside] = field(default=())
    left_out: Mapping[str, int] = field(default_factory=dict)
    notices: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class HeardColumns:
    """A batch ready for the store: ids made, persons pseudonymised, words redacted; all of one length."""

    id: list[str]
    external_id: list[str]
    brand: list[str]
    voice: list[str]
    person_id: list[str | None]
    medium: list[str]
    touchpoint: list[str]
    said_at: list[datetime | None]
    day: list[str]
    language: list[str | None]
    text: list[str]
    content_hash: list[str]
    attributes: list[dict[str, str]]
    scores: list[tuple[Score, ...]]
    thread: list[str | None]
    reply: list[str | None]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Unread:
    """Feedback that waits to be read, as columns; `seq` is the store's order of arrival.

    `segments` are the groups by which each is counted, '' (all of it) among them.
    """

    seq: list[int]
    source: list[str]
    text: list[str]
    language: list[str | None]
    brand: list[str]
    voice: list[str]
    person_id: list[str | None]
    medium: list[str]
    touchpoint: list[str]
    day: list[str]
    reply: list[str | None]
    segments: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.seq)
