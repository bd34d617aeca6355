"""Feedback that was edited at its source: the new words stand, the old ones and how they were read are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import HeardColumns
from flywheel.store.bulk import among, insert_missing, insert_rows
from flywheel.store.codec import stamp, stamp_or_none, table, to_json
from flywheel.store.shelves.feedback import SCORE_COLUMNS, attribute_rows, cut_of, one_of_each_kind, score_rows
from flywheel.store.shelves.rollups import RollupShelf
from flywheel.store.tables import (
    AttributeRow,
    FeedbackRow,
    InboxRow,
    MentionRow,
    ReadingRow,
    RevisionRow,
    ScoreRow,
)

_FEEDBACK, _REVISION, _READING = table(FeedbackRow), table(RevisionRow), table(ReadingRow)
_MENTION, _SCORE, _ATTRIBUTE = table(MentionRow), table(ScoreRow), table(AttributeRow)
_COLUMNS = (
    "feedback_seq", "revision", "content_hash", "text", "said_at", "language", "scores", "readings", "replaced_at",
    "cycle_id",
)  # fmt: skip
_CHANGES = (
    "brand", "voice", "person_id", "medium", "touchpoint", "said_at", "day", "language", "text", "content_hash",
    "attributes", "thread", "reply",
)  # fmt: skip

Edit = tuple[Any, int]
"""A stored row, and the place of its new form in the batch."""


class RevisionShelf:
    """How feedback stood before it was edited."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, heard: HeardColumns, cycle: Cycle, segments: Sequence[str]) -> int:
        """Give stored feedback of a batch its new form where that differs; return how many were edited.

        What an edited piece counted for is taken out of the sums, its readings are kept with the old words, and it
        waits to be read again; it is no new occasion. A form in which it stood before (a copy that comes late, an
        overlap) is no news: so it does not matter how often and in which order the same records are told.
        """
        edits = self._edits(heard)
        if not edits:
            return 0
        seqs = [row.seq for row, _ in edits]
        rollups = RollupShelf(self._connection)
        rollups.take_back(seqs)
        self._keep_old(edits, cycle)
        for gone in (_MENTION, _READING, _SCORE, _ATTRIBUTE):
            self._connection.execute(delete(gone).where(among(self._connection, gone.c.feedback_seq, seqs)))
        self._write_new(edits, heard, segments)
        rollups.count_again(seqs)
        insert_missing(self._connection, InboxRow, ("stage", "feedback_seq"), [("understand", seq) for seq in seqs])
        return len(edits)

    def _edits(self, heard: HeardColumns) -> list[Edit]:
        names = ("seq", "id", "content_hash", "revision", "text", "said_at", "language")
        query = select(*(_FEEDBACK.c[name] for name in names)).where(
            among(self._connection, _FEEDBACK.c.id, sorted(set(heard.id)))
        )
        newest = {one: at for at, one in enumerate(heard.id)}
        stored = self._connection.execute(query.order_by(_FEEDBACK.c.seq)).all()
        found = [(row, newest[row.id]) for row in stored if row.content_hash != heard.content_hash[newest[row.id]]]
        if not found:
            return []
        seqs = among(self._connection, _REVISION.c.feedback_seq, [row.seq for row, _ in found])
        earlier = select(_REVISION.c.feedback_seq, _REVISION.c.content_hash).where(seqs)
        known = {tuple(one) for one in self._connection.execute(earlier)}
        return [(row, at) for row, at in found if (row.seq, heard.content_hash[at]) not in known]

    def _keep_old(self, edits: list[Edit], cycle: Cycle) -> None:
        seqs = [row.seq for row, _ in edits]
        scores, readings, mentions = (self._by_seq(one, seqs) for one in (_SCORE, _READING, _MENTION))
        when = stamp(cycle.as_of)
        rows = [
            (row.seq, row.revision, row.content_hash, row.text, row.said_at, row.language, to_json(scores[row.seq]),
             to_json([{"reading": one, "mentions": mentions[row.seq]} for one in readings[row.seq]]), when, cycle.id)
            for row, _ in edits
        ]  # fmt: skip
        insert_rows(self._connection, RevisionRow, _COLUMNS, rows)

    def _by_seq(self, rows: Any, seqs: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
        found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        query = select(rows).where(among(self._connection, rows.c.feedback_seq, seqs)).order_by(*rows.primary_key)
        for row in self._connection.execute(query).mappings():
            found[row["feedback_seq"]].append(dict(row))
        return found

    def _write_new(self, edits: list[Edit], heard: HeardColumns, segments: Sequence[str]) -> None:
        said = [stamp_or_none(one) for one in heard.said_at]
        values = [
            {f"new_{name}": getattr(heard, name)[at] for name in _CHANGES}
            | {"of": row.seq, "new_said_at": said[at], "new_attributes": to_json(heard.attributes[at])}
            for row, at in edits
        ]
        changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _CHANGES} | {
            "revision": _FEEDBACK.c.revision + 1
        }
        self._connection.execute(update(_FEEDBACK).where(_FEEDBACK.c.seq == bindparam("of")).values(changed), values)
        seqs = [row.seq for row, _ in edits]
        scores = [one_of_each_kind(heard.scores[at]) for _, at in edits]
        insert_rows(self._connection, ScoreRow, SCORE_COLUMNS, score_rows(scores, seqs))
        cut = [cut_of(heard.attributes[at], segments) for _, at in edits]
        insert_rows(self._connection, AttributeRow, ("feedback_seq", "name", "value"), attribute_rows(cut, seqs))
