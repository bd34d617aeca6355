"""Feedback as it arrives, with the cursor of its source; what was set aside; who must still deal with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from flywheel.domain.feedback import Cursor, HeardColumns, SetAside, Unread
from flywheel.domain.ids import content_id
from flywheel.store.codec import insert_new, parts, stamp, stamp_or_none, table, to_json, upsert
from flywheel.store.tables import AttributeRow, CursorRow, FeedbackRow, InboxRow, ScoreRow, SetAsideRow

_FEEDBACK, _INBOX, _CURSOR = table(FeedbackRow), table(InboxRow), table(CursorRow)


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

    def add(self, source: str, heard: HeardColumns, heard_at: datetime, cycle_id: str, segments: Sequence[str]) -> int:
        """Store what is new of a batch and put it in the inbox of Understand; return how many were new."""
        position = {one: at for at, one in reversed(list(enumerate(heard.id)))}
        for known in self._seqs(list(position)):
            del position[known]
        fresh = sorted(position.values())
        if not fresh:
            return 0
        when = stamp(heard_at)
        self._connection.execute(insert(_FEEDBACK), [_row(heard, at, source, when, cycle_id) for at in fresh])
        seqs = self._seqs([heard.id[at] for at in fresh])
        self._connection.execute(
            insert(_INBOX), [{"stage": "understand", "feedback_seq": seq} for seq in seqs.values()]
        )
        insert_new(self._connection, ScoreRow, [row for at in fresh for row in _scores(heard, at, seqs)])
        insert_new(
            self._connection, AttributeRow, [row for at in fresh for row in _segments(heard, at, seqs, segments)]
        )
        return len(fresh)

    def set_aside(self, source: str, records: Sequence[SetAside], seen_at: datetime, cycle_id: str) -> int:
        """Keep what could not be used, with its reason; return how many of them had not been seen before."""
        rows = [
            {
                "id": content_id("set aside", source, one.position, one.reason), "source": source,
                "position": one.position, "reason": one.reason, "seen_at": stamp(seen_at), "cycle_id": cycle_id,
            }
            for one in records
        ]  # fmt: skip
        before = self._set_aside_count(source)
        insert_new(self._connection, SetAsideRow, rows)
        return self._set_aside_count(source) - before

    def unread(self, limit: int) -> Unread:
        """Return the oldest feedback that waits to be read."""
        names = ("seq", "text", "language", "brand", "voice", "person_id", "medium", "touchpoint", "day")
        query = (
            select(*(_FEEDBACK.c[name] for name in names))
            .join(_INBOX, _INBOX.c.feedback_seq == _FEEDBACK.c.seq)
            .where(_INBOX.c.stage == "understand")
            .order_by(_INBOX.c.feedback_seq)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
        return Unread(**dict(zip(names, columns, strict=True)))

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

    def _seqs(self, ids: list[str]) -> dict[str, int]:
        """Return id -> seq of those ids that are stored."""
        known: dict[str, int] = {}
        for part in parts(ids):
            found = self._connection.execute(select(_FEEDBACK.c.id, _FEEDBACK.c.seq).where(_FEEDBACK.c.id.in_(part)))
            known.update((one, seq) for one, seq in found)
        return known

    def _set_aside_count(self, source: str) -> int:
        rows = table(SetAsideRow)
        query = select(func.count()).select_from(rows).where(rows.c.source == source)
        return int(self._connection.execute(query).scalar_one())


def _row(heard: HeardColumns, at: int, source: str, heard_at: str, cycle_id: str) -> dict[str, Any]:
    return {
        "id": heard.id[at], "source": source, "external_id": heard.external_id[at], "brand": heard.brand[at],
        "voice": heard.voice[at], "person_id": heard.person_id[at], "medium": heard.medium[at],
        "touchpoint": heard.touchpoint[at], "said_at": stamp_or_none(heard.said_at[at]), "day": heard.day[at],
        "heard_at": heard_at, "language": heard.language[at], "text": heard.text[at],
        "content_hash": heard.content_hash[at], "revision": 0, "attributes": to_json(heard.attributes[at]),
        "cycle_id": cycle_id,
    }  # fmt: skip


def _scores(heard: HeardColumns, at: int, seqs: dict[str, int]) -> list[dict[str, Any]]:
    seq = seqs[heard.id[at]]
    return [{"feedback_seq": seq, **score.model_dump()} for score in heard.scores[at]]


def _segments(heard: HeardColumns, at: int, seqs: dict[str, int], names: Sequence[str]) -> list[dict[str, Any]]:
    given = heard.attributes[at]
    return [{"feedback_seq": seqs[heard.id[at]], "name": n, "value": given[n]} for n in names if n in given]
