"""Feedback as it arrives, with the cursor of its source; what was set aside; who must still deal with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from flywheel.domain.cycle import EVERYTHING, Cycle, Span
from flywheel.domain.feedback import Cursor, HeardColumns, Score, SetAside, Unread
from flywheel.domain.ids import content_id
from flywheel.store import rollup
from flywheel.store.bulk import among, insert_rows, reserve
from flywheel.store.codec import insert_new, stamp, stamp_or_none, table, to_json, upsert
from flywheel.store.tables import AttributeRow, CursorRow, FeedbackRow, InboxRow, ScoreRow, SetAsideRow

_FEEDBACK, _INBOX, _CURSOR = table(FeedbackRow), table(InboxRow), table(CursorRow)
_ATTRIBUTE = table(AttributeRow)
_LONGEST_SEGMENT = 200
"""Bytes of the value of a segment: it is a part of keys, which PostgreSQL bounds."""
_COLUMNS = (
    "seq", "id", "source", "external_id", "brand", "voice", "person_id", "medium", "touchpoint", "said_at", "day",
    "heard_at", "language", "text", "content_hash", "revision", "attributes", "cycle_id", "thread",
    "reply",
)  # fmt: skip
SCORE_COLUMNS = ("feedback_seq", "kind", "value", "scale_low", "scale_high")


class FeedbackShelf:
    """What was said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursor(self, source: str) -> Cursor | None:
        """Return where a source stopped, None before its first page."""
        found = self._connection.execute(select(_CURSOR.c.cursor).where(_CURSOR.c.source == source)).scalar()
        return None if found is None else Cursor(value=json.loads(found))

    def cursors(self) -> list[dict[str, Any]]:
        """Return of every source: rows in all, rows in the last cycle that heard it, when and which that was."""
        columns = (_CURSOR.c.source, _CURSOR.c.rows, _CURSOR.c.last_rows, _CURSOR.c.seen_at, _CURSOR.c.cycle_id)
        return [dict(row) for row in self._connection.execute(select(*columns).order_by(_CURSOR.c.source)).mappings()]

    def reset(self, source: str) -> bool:
        """Forget where a source stopped; what it gave stays, and is not stored twice. False: there was nothing."""
        return self._connection.execute(delete(_CURSOR).where(_CURSOR.c.source == source)).rowcount > 0

    def save_cursor(self, source: str, cursor: Cursor, rows: int, heard_at: datetime, cycle_id: str) -> None:
        """Save where a source stopped, in the transaction of the rows that the cursor covers."""
        query = select(_CURSOR.c.last_rows).where(_CURSOR.c.source == source, _CURSOR.c.cycle_id == cycle_id)
        earlier = int(self._connection.execute(query).scalar() or 0)
        value = {
            "source": source, "cursor": to_json(cursor.value), "version": 1, "rows": rows, "last_rows": earlier + rows,
            "seen_at": stamp(heard_at), "cycle_id": cycle_id,
        }  # fmt: skip
        upsert(self._connection, CursorRow, [value], add=("version", "rows"))

    def add(self, source: str, heard: HeardColumns, cycle: Cycle, segments: Sequence[str]) -> int:
        """Store what is new of a batch, count its scores, put it in the inbox of Understand; return how many are new.

        `segments` are the attributes by which figures are cut.
        """
        known = set(self._connection.execute(select(_FEEDBACK.c.id).where(self._among(heard.id))).scalars())
        first = {one: at for at, one in reversed(list(enumerate(heard.id))) if one not in known}
        fresh = sorted(first.values())
        if not fresh:
            return 0
        seqs = reserve(self._connection, FeedbackRow, len(fresh))
        insert_rows(self._connection, FeedbackRow, _COLUMNS, _rows(heard, fresh, seqs, source, cycle))
        insert_rows(self._connection, InboxRow, ("stage", "feedback_seq"), [("understand", seq) for seq in seqs])
        scores = [one_of_each_kind(heard.scores[at]) for at in fresh]
        insert_rows(self._connection, ScoreRow, SCORE_COLUMNS, score_rows(scores, seqs))
        cut = [cut_of(heard.attributes[at], segments) for at in fresh]
        insert_rows(self._connection, AttributeRow, ("feedback_seq", "name", "value"), attribute_rows(cut, seqs))
        if any(scores):
            rollup.write(self._connection, rollup.score_entries(_heads(heard, fresh, cut, cycle.period), scores))
        return len(fresh)

    def set_aside(self, source: str, records: Sequence[SetAside], seen_at: datetime, cycle_id: str) -> int:
        """Keep what could not be used, with its reason; return how many of them had not been seen before.

        `raw` of a record is expected encrypted already.
        """
        rows = [
            {
                "id": set_aside_id(source, one), "source": source,
                "position": one.position, "reason": one.reason, "seen_at": stamp(seen_at), "cycle_id": cycle_id,
                "raw": one.raw,
            }
            for one in records
        ]  # fmt: skip
        before = self._set_aside_count(source)
        insert_new(self._connection, SetAsideRow, rows)
        return self._set_aside_count(source) - before

    def unread(self, limit: int, within: Span = EVERYTHING) -> Unread:
        """Return the oldest feedback that waits to be read, of a span of arrivals."""
        names = (
            "seq", "source", "text", "language", "brand", "voice", "person_id", "medium", "touchpoint", "day", "reply",
        )  # fmt: skip
        query = (
            select(*(_FEEDBACK.c[name] for name in names))
            .join(_INBOX, _INBOX.c.feedback_seq == _FEEDBACK.c.seq)
            .where(_waiting(within))
            .order_by(_INBOX.c.feedback_seq)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
        return Unread(**dict(zip(names, columns, strict=True)), segments=self._segments(columns[0]))

    def first_texts(self, source: str, limit: int) -> list[str]:
        """Return what a source brought first, in order of arrival."""
        query = select(_FEEDBACK.c.text).where(_FEEDBACK.c.source == source).order_by(_FEEDBACK.c.seq).limit(limit)
        return list(self._connection.execute(query).scalars())

    def spans(self, size: int) -> list[Span]:
        """Return spans of arrivals that hold all that waits to be read, about `size` of it each."""
        place = func.row_number().over(order_by=_INBOX.c.feedback_seq)
        waiting = select(_INBOX.c.feedback_seq, place.label("place")).where(_waiting(EVERYTHING)).subquery()
        query = select(waiting.c.feedback_seq).where((waiting.c.place - 1) % size == 0).order_by(waiting.c.feedback_seq)
        firsts = list(self._connection.execute(query).scalars())
        lasts = [first - 1 for first in firsts[1:]] + [EVERYTHING.last]
        return [Span(first=first, last=last) for first, last in zip(firsts, lasts, strict=True)]

    def counts(self) -> dict[str, int]:
        """Return how many pieces of feedback there are of each brand."""
        query = select(_FEEDBACK.c.brand, func.count()).group_by(_FEEDBACK.c.brand)
        return {brand: int(n) for brand, n in self._connection.execute(query)}

    def set_aside_reasons(self, cycle_id: str) -> Counter[str]:
        """Return how many records a cycle set aside, by source and reason."""
        rows = table(SetAsideRow)
        query = select(rows.c.source, rows.c.reason, func.count()).where(rows.c.cycle_id == cycle_id)
        found = self._connection.execute(query.group_by(rows.c.source, rows.c.reason))
        return Counter({f"{source}: {reason}": int(n) for source, reason, n in found})

    def _among(self, ids: Sequence[str]) -> ColumnElement[bool]:
        return among(self._connection, _FEEDBACK.c.id, ids)

    def _segments(self, seqs: Sequence[int]) -> list[tuple[str, ...]]:
        """Return by which segments each piece of feedback is counted; '' (all of it) is always among them."""
        query = select(_ATTRIBUTE).where(among(self._connection, _ATTRIBUTE.c.feedback_seq, seqs))
        found: dict[int, tuple[str, ...]] = {}
        for seq, name, value in self._connection.execute(query.order_by(_ATTRIBUTE.c.feedback_seq, _ATTRIBUTE.c.name)):
            found[seq] = (*found.get(seq, ("",)), f"{name}={value}")
        return [found.get(seq, ("",)) for seq in seqs]

    def _set_aside_count(self, source: str) -> int:
        rows = table(SetAsideRow)
        query = select(func.count()).select_from(rows).where(rows.c.source == source)
        return int(self._connection.execute(query).scalar_one())


def set_aside_id(source: str, one: SetAside) -> str:
    """Return the id of a record that was set aside: the same record with the same fault is kept once."""
    return content_id("set aside", source, one.position, one.reason)


def _waiting(within: Span) -> ColumnElement[bool]:
    return (_INBOX.c.stage == "understand") & _INBOX.c.feedback_seq.between(within.first, within.last)


def _rows(
    heard: HeardColumns, fresh: list[int], seqs: list[int], source: str, cycle: Cycle
) -> list[tuple[object, ...]]:
    n, pick = len(fresh), itemgetter(*fresh) if len(fresh) > 1 else lambda column: (column[fresh[0]],)
    return list(
        zip(
            seqs, pick(heard.id), [source] * n, pick(heard.external_id), pick(heard.brand), pick(heard.voice),
            pick(heard.person_id), pick(heard.medium), pick(heard.touchpoint),
            map(stamp_or_none, pick(heard.said_at)), pick(heard.day), [stamp(cycle.as_of)] * n, pick(heard.language),
            pick(heard.text), pick(heard.content_hash), [0] * n, _json(pick(heard.attributes)), [cycle.id] * n,
            pick(heard.thread), pick(heard.reply),
            strict=True,
        )
    )  # fmt: skip


def _json(attributes: Iterable[dict[str, str]]) -> Iterator[str]:
    known: dict[tuple[tuple[str, str], ...], str] = {}  # few combinations come again and again
    for one in attributes:
        key = tuple(one.items())
        if key not in known:
            known[key] = to_json(one)
        yield known[key]


def one_of_each_kind(scores: Sequence[Score]) -> Sequence[Score]:
    return list({one.kind: one for one in reversed(scores)}.values()) if len(scores) > 1 else scores


def score_rows(scores: Sequence[Sequence[Score]], seqs: Sequence[int]) -> list[tuple[object, ...]]:
    return [
        (seq, one.kind, one.value, one.scale_low, one.scale_high)
        for seq, given in zip(seqs, scores, strict=True)
        for one in given
    ]


def cut_of(attributes: dict[str, str], names: Sequence[str]) -> list[tuple[str, str]]:
    """Return by which segments a row is counted; what is too long for a name is an attribute, and no segment."""
    return [(name, attributes[name]) for name in names if name in attributes and _is_name(attributes[name])]


def _is_name(value: str) -> bool:
    return len(value) <= _LONGEST_SEGMENT and len(value.encode("utf-8", "replace")) <= _LONGEST_SEGMENT


def attribute_rows(cut: list[list[tuple[str, str]]], seqs: Sequence[int]) -> list[tuple[object, ...]]:
    return [(seq, name, value) for seq, named in zip(seqs, cut, strict=True) for name, value in named]


def _heads(
    heard: HeardColumns, fresh: list[int], cut: list[list[tuple[str, str]]], period: int
) -> Iterator[tuple[rollup.Key, rollup.Cuts, str]]:
    for at, named in zip(fresh, cut, strict=True):
        group = (period, heard.day[at], heard.brand[at], heard.voice[at], heard.medium[at], heard.touchpoint[at])
        yield group, ("", *(f"{name}={value}" for name, value in named)), heard.language[at] or ""
