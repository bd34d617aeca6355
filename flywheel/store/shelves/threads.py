"""What stands in threads: who asked, who answered, in the order in which it was said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from flywheel.domain.hearing import Post
from flywheel.domain.ids import content_ids
from flywheel.store.bulk import among
from flywheel.store.codec import moment, table
from flywheel.store.history import WHEN
from flywheel.store.tables import FeedbackRow, ReadingRow

_FEEDBACK, _READING = table(FeedbackRow), table(ReadingRow)
_ASKING = ("question", "request", "complaint", "hardship", "legal or safety", "threat to leave")
MOST = 100_000
"""So many of the newest posts are looked at."""


class ThreadShelf:
    """Posts of communities, and replies in threads of any other medium."""

    def __init__(self, connection: Connection, model: str) -> None:
        self._connection, self._model = connection, model

    def posts(self, after: int) -> list[Post]:
        """Return what arrived after a number of arrival and stands in a thread, thread by thread, the oldest first.

        A thread may be named by the id of the piece that began it: that piece belongs to it too. Of the newest
        100,000 posts; a thread that began earlier is told from its first post among them.
        """
        newest = _FEEDBACK.c.seq.desc()
        query = self._told(_FEEDBACK.c.thread.is_not(None), _FEEDBACK.c.seq > after).order_by(newest).limit(MOST)
        rows = list(self._connection.execute(query))
        named = sorted({(row.source, row.thread) for row in rows})
        by_source: dict[str, list[str]] = {}
        for source, thread in named:
            by_source.setdefault(source, []).append(thread)
        roots = [one for source, threads in by_source.items() for one in content_ids("feedback", source, threads)]
        if roots:
            begun = self._told(_FEEDBACK.c.thread.is_(None), among(self._connection, _FEEDBACK.c.id, roots))
            rows += self._connection.execute(begun)
        rows.sort(key=lambda row: (row.source, row.thread or row.external_id, row.at, row.seq))
        return [_post(row) for row in rows]

    def _told(self, *which: ColumnElement[bool]) -> Select[Any]:
        names = ("seq", "source", "external_id", "thread", "brand", "voice", "medium", "person_id")
        read = and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == self._model)
        return (
            select(*(_FEEDBACK.c[name] for name in names), WHEN.label("at"), _READING.c.intent)
            .join(_READING, read, isouter=True)
            .where(*which)
        )


def _post(row: Any) -> Post:
    return Post(
        thread=f"{row.source}/{row.thread or row.external_id}", brand=row.brand, speaker=row.voice, medium=row.medium,
        person=row.person_id, at=moment(row.at), asks=row.intent in _ASKING,
    )  # fmt: skip
