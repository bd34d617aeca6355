"""What people corrected, and the heads that were trained from it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from flywheel.domain.correction import FIELDS, Correction, Field, HeadEvent
from flywheel.domain.ids import content_id
from flywheel.store.bulk import among, insert_missing, insert_rows, reserve
from flywheel.store.codec import insert_new, moment, stamp, table
from flywheel.store.corrected import put_right, words_of_people
from flywheel.store.shelves.rollups import RollupShelf
from flywheel.store.tables import CorrectionRow, FeedbackRow, HeadEventRow, HeadRow, InboxRow, ReadingRow

_CORRECTION, _FEEDBACK, _READING = table(CorrectionRow), table(FeedbackRow), table(ReadingRow)
_HEAD, _EVENT, _INBOX = table(HeadRow), table(HeadEventRow), table(InboxRow)
_COLUMNS = (
    "seq", "id", "feedback_seq", "revision", "field", "value", "was", "corrected_by", "at", "recorded_at",
)  # fmt: skip
_EVENT_COLUMNS = (
    "seq", "field", "head_id", "event", "at", "fold", "n", "own", "other", "low", "won", "detail",
)  # fmt: skip


class Corrected(NamedTuple):
    """How many corrections were new, known already, or of feedback that is not there."""

    new: int
    known: int
    unknown: int


class Taught(NamedTuple):
    """Texts with the newest label that a person gave each, by feedback id."""

    feedback_id: list[str]
    text: list[str]
    language: list[str | None]
    label: list[str]


class CorrectionShelf:
    """Corrections and heads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, corrections: Sequence[Correction], model: str, at: datetime) -> Corrected:
        """Append corrections, put the readings right that they are about, and the sums with them; all or nothing.

        The same word of the same person at the same moment is stored once. `was` is what `model` had read.
        """
        seqs = self._seqs([one.feedback_id for one in corrections])
        ids = {_id(one): one for one in corrections if one.feedback_id in seqs}
        here = among(self._connection, _CORRECTION.c.id, list(ids))
        told = set(self._connection.execute(select(_CORRECTION.c.id).where(here)).scalars())
        fresh = [(id_, one) for id_, one in ids.items() if id_ not in told]
        if fresh:
            self._append(fresh, seqs, model, at)
        unknown = sum(one.feedback_id not in seqs for one in corrections)
        return Corrected(len(fresh), len(corrections) - len(fresh) - unknown, unknown)

    def keep(self, seqs: Sequence[int]) -> int:
        """Put what was just read right where people have spoken, and the sums; return how many texts that are."""
        touched = sorted(words_of_people(self._connection, seqs))
        if touched:
            self._put_right(touched)
        return len(touched)

    def newest(self, field: Field | None = None, limit: int | None = None) -> list[Correction]:
        """Return corrections, the newest first."""
        names = (_FEEDBACK.c.id, _CORRECTION.c.field, _CORRECTION.c.value, _CORRECTION.c.corrected_by, _CORRECTION.c.at)
        query = select(*names).join(_FEEDBACK, _FEEDBACK.c.seq == _CORRECTION.c.feedback_seq)
        query = query.order_by(_CORRECTION.c.at.desc(), _CORRECTION.c.seq.desc()).limit(limit)
        if field is not None:
            query = query.where(_CORRECTION.c.field == field)
        return [
            Correction(feedback_id=id_, field=name, value=value, corrected_by=by, at=moment(when))
            for id_, name, value, by, when in self._connection.execute(query)
        ]

    def taught(self, field: Field) -> Taught:
        """Return every text with the newest value that was given for a field, while its words are still those."""
        names = (_FEEDBACK.c.id, _FEEDBACK.c.text, _FEEDBACK.c.language, _CORRECTION.c.value)
        query = (
            select(*names)
            .join(_FEEDBACK, _FEEDBACK.c.seq == _CORRECTION.c.feedback_seq)
            .where(_CORRECTION.c.field == field, _CORRECTION.c.revision == _FEEDBACK.c.revision)
            .order_by(_CORRECTION.c.at, _CORRECTION.c.seq)
        )
        latest = {row[0]: row for row in self._connection.execute(query)}
        columns = [list(column) for column in zip(*latest.values(), strict=True)] if latest else [[], [], [], []]
        return Taught(*columns)

    def add_head(self, head_id: str, field: Field, analyzer: str, content: bytes, labels: int, at: datetime) -> None:
        """Keep a head; the same one again changes nothing."""
        packed = base64.b64encode(zlib.compress(content, 6)).decode("ascii")
        row = {"id": head_id, "field": field, "analyzer": analyzer, "labels": labels, "trained_at": stamp(at),
               "content": packed}  # fmt: skip
        insert_new(self._connection, HeadRow, [row])

    def add_event(self, event: HeadEvent) -> None:
        """Append what happened to a head."""
        [seq] = reserve(self._connection, HeadEventRow, 1)
        values = event.model_dump() | {"seq": seq, "at": stamp(event.at), "won": int(event.won)}
        insert_rows(self._connection, HeadEventRow, _EVENT_COLUMNS, [tuple(values[name] for name in _EVENT_COLUMNS)])

    def events(self, field: Field | None = None) -> list[HeadEvent]:
        """Return what happened to heads, the oldest first."""
        query = select(_EVENT).order_by(_EVENT.c.seq)
        if field is not None:
            query = query.where(_EVENT.c.field == field)
        rows = self._connection.execute(query).mappings()
        return [HeadEvent(**{name: row[name] for name in HeadEvent.model_fields if name not in ("at", "won")},
                          at=moment(row["at"]), won=bool(row["won"])) for row in rows]  # fmt: skip

    def live(self) -> dict[Field, tuple[str, bytes]]:
        """Return the head that reads each field, with its content; fields without one are left out."""
        newest = (
            select(_EVENT.c.field, func.max(_EVENT.c.seq).label("seq"))
            .where(_EVENT.c.event.in_(("live", "rolled back")))
            .group_by(_EVENT.c.field)
            .subquery()
        )
        query = (
            select(_EVENT.c.field, _HEAD.c.id, _HEAD.c.content)
            .join(newest, newest.c.seq == _EVENT.c.seq)
            .join(_HEAD, _HEAD.c.id == _EVENT.c.head_id)
        )
        found = {field: (id_, content) for field, id_, content in self._connection.execute(query)}
        return {field: (found[field][0], _bytes(found[field][1])) for field in FIELDS if field in found}

    def read_again(self, model: str) -> int:
        """Let wait for a model what it has not read, and no more; return how much. What was read stays, by version."""
        read = select(_READING.c.feedback_seq).where(_READING.c.model == model)
        told = _INBOX.c.feedback_seq.in_(read)
        self._connection.execute(delete(_INBOX).where(_INBOX.c.stage == "understand", told))
        # not "not in": PostgreSQL goes through all readings for each text when they do not fit into its memory
        fresh = ~read.where(_READING.c.feedback_seq == _FEEDBACK.c.seq).exists()
        query = select(_FEEDBACK.c.seq).where(fresh).order_by(_FEEDBACK.c.seq)
        seqs = list(self._connection.execute(query).scalars())
        insert_missing(self._connection, InboxRow, ("stage", "feedback_seq"), [("understand", seq) for seq in seqs])
        return len(seqs)

    def _seqs(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        query = select(_FEEDBACK.c.id, _FEEDBACK.c.seq, _FEEDBACK.c.revision).where(
            among(self._connection, _FEEDBACK.c.id, sorted(set(ids)))
        )
        return {id_: (seq, revision) for id_, seq, revision in self._connection.execute(query)}

    def _append(
        self, fresh: Sequence[tuple[str, Correction]], seqs: dict[str, tuple[int, int]], model: str, at: datetime
    ) -> None:
        touched = sorted({seqs[one.feedback_id][0] for _, one in fresh})
        was = self._was(touched, model)
        rows = [
            (seq, id_, *seqs[one.feedback_id], one.field, one.value,
             was.get((seqs[one.feedback_id][0], one.field)), one.corrected_by, stamp(one.at), stamp(at))
            for seq, (id_, one) in zip(reserve(self._connection, CorrectionRow, len(fresh)), fresh, strict=True)
        ]  # fmt: skip
        insert_rows(self._connection, CorrectionRow, _COLUMNS, rows)
        self._put_right(touched)

    def _put_right(self, seqs: Sequence[int]) -> None:
        rollups = RollupShelf(self._connection)
        rollups.take_back(seqs)
        put_right(self._connection, seqs)
        rollups.count_again(seqs)

    def _was(self, seqs: Sequence[int], model: str) -> dict[tuple[int, str], str | None]:
        names = (_READING.c.feedback_seq, _READING.c.sentiment_label, _READING.c.intent, _READING.c.emotions)
        query = select(*names).where(among(self._connection, _READING.c.feedback_seq, seqs), _READING.c.model == model)
        found: dict[tuple[int, str], str | None] = {}
        for seq, label, intent, emotions in self._connection.execute(query):
            found |= {(seq, "sentiment"): label, (seq, "intent"): intent, (seq, "emotion"): emotions}
        return found


def _id(one: Correction) -> str:
    return content_id("correction", one.feedback_id, one.field, one.value, one.corrected_by, stamp(one.at))


def _bytes(content: str) -> bytes:
    return zlib.decompress(base64.b64decode(content))
