"""Tables of what was said: cursors, feedback, scores, what was set aside, readings, mentions, roll-ups."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from flywheel.store.tables.row import Row

_IN_A_THREAD = text("thread IS NOT NULL")


class CursorRow(Row, table=True):
    """Where a source stopped, saved in the transaction of the rows it covers."""

    __tablename__ = "source_cursor"
    source: str = Field(primary_key=True)
    cursor: str
    version: int
    rows: int
    last_rows: int
    seen_at: str
    cycle_id: str


class FeedbackRow(Row, table=True):
    """One piece of feedback. `seq` is the order of arrival; `id` follows from source and external id."""

    __tablename__ = "feedback"
    __table_args__ = (
        # most feedback stands in no thread, and costs nothing here
        Index("ix_feedback_thread", "seq", sqlite_where=_IN_A_THREAD, postgresql_where=_IN_A_THREAD),
    )
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    source: str = Field(index=True)
    external_id: str
    brand: str
    voice: str
    person_id: str | None = Field(default=None, index=True)
    medium: str
    touchpoint: str
    said_at: str | None = None
    day: str
    heard_at: str
    language: str | None = None
    text: str
    content_hash: str
    revision: int = 0
    attributes: str
    cycle_id: str
    thread: str | None = None
    reply: str | None = None


class RevisionRow(Row, table=True):
    """How a piece of feedback stood before it was edited at its source; `revision` counts from 0, the first form."""

    __tablename__ = "feedback_revision"
    feedback_seq: int = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    content_hash: str
    text: str
    said_at: str | None = None
    language: str | None = None
    scores: str
    readings: str
    replaced_at: str
    cycle_id: str


class VolumeRow(Row, table=True):
    """How much that was new a source gave in a turn: what is to be expected of it is told by its past."""

    __tablename__ = "source_volume"
    source: str = Field(primary_key=True)
    cycle_id: str = Field(primary_key=True)
    rows: int
    heard_at: str


class InboundRow(Row, table=True):
    """What was sent to us (a webhook), as it came and encrypted; stored before it is acknowledged, read by Listen."""

    __tablename__ = "inbound"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    source: str = Field(index=True)
    received_at: str
    body: str


class AttributeRow(Row, table=True):
    """A declared segment attribute of a piece of feedback."""

    __tablename__ = "feedback_attribute"
    feedback_seq: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str


class ScoreRow(Row, table=True):
    """A solicited or given score, on its own scale."""

    __tablename__ = "score"
    feedback_seq: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: float
    scale_low: float
    scale_high: float


class SetAsideRow(Row, table=True):
    """A record that could not be used, once per source, position and reason; `raw` is encrypted, for a replay."""

    __tablename__ = "set_aside"
    id: str = Field(primary_key=True)
    source: str
    position: str
    reason: str
    seen_at: str
    cycle_id: str
    raw: str | None = None
    replayed_at: str | None = None


class InboxRow(Row, table=True):
    """Feedback that a stage has still to deal with; leaves in the transaction of that stage's result."""

    __tablename__ = "inbox"
    stage: str = Field(primary_key=True)
    feedback_seq: int = Field(primary_key=True)


class ReadingRow(Row, table=True):
    """What one model read in one piece of feedback; a new model adds a row, the old one stays."""

    __tablename__ = "reading"
    feedback_seq: int = Field(primary_key=True)
    model: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    period: int
    status: str
    language: str
    sentiment: float | None = None
    sentiment_label: str | None = None
    confidence: float | None = None
    emotions: str | None = None
    effort: str | None = None
    intent: str | None = None
    urgency: str | None = None
    urgency_reason: str | None = None
    expectation: str | None = None
    expectation_words: str | None = None
    promised_by: str | None = None
    empathy: float | None = None
    reply_shows: str | None = None


class MentionRow(Row, table=True):
    """A topic in a piece of feedback, with the words that say so."""

    __tablename__ = "mention"
    feedback_seq: int = Field(primary_key=True)
    model: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    touchpoint: str
    sentiment: float | None = None
    evidence: str


class RollupRow(Row, table=True):
    """Subtractable counts and sums per day and group, written with what they count, so that a cycle costs what is new.

    `basis` text: readings by `model` version; `measure` "sentiment" counts every text, "effort", "expectation" and
    "empathy" only those that say something of it. `basis` survey: scores, `measure` their kind,
    `model` their scale ("0..10"), counts as detractors, passives, promoters. `topic` and `segment` are '' for the
    whole; a segment is "name=value". Undated feedback has day ''. Sums are in ten-thousandths.
    """

    __tablename__ = "rollup"
    period: int = Field(primary_key=True)
    basis: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    brand: str = Field(primary_key=True)
    voice: str = Field(primary_key=True)
    medium: str = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    segment: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)
    n_read: int = Field(sa_type=BigInteger)
    n_negative: int = Field(sa_type=BigInteger)
    n_neutral: int = Field(sa_type=BigInteger)
    n_positive: int = Field(sa_type=BigInteger)
    n_urgent: int = Field(sa_type=BigInteger)
    sum_value: int = Field(sa_type=BigInteger)
    sum_squares: int = Field(sa_type=BigInteger)
