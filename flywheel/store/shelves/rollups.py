"""The roll-ups, and a scan of everything that they count; it shares only the arithmetic with the live path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, literal, select

from flywheel.domain.feedback import Score
from flywheel.domain.sums import EFFORT, SENTIMENT
from flywheel.store import rollup
from flywheel.store.bulk import add_up, among, insert_rows
from flywheel.store.codec import table
from flywheel.store.tables import AttributeRow, CycleRow, FeedbackRow, MentionRow, ReadingRow, RollupRow, ScoreRow

_PART = 20_000
_SPREAD = 10
"""Rows that lie closer together than this many places each are read as one range."""
_FEEDBACK, _READING, _MENTION, _SCORE = table(FeedbackRow), table(ReadingRow), table(MentionRow), table(ScoreRow)
_ATTRIBUTE, _CYCLE, _ROLLUP = table(AttributeRow), table(CycleRow), table(RollupRow)
_GROUP = (_FEEDBACK.c.day, _FEEDBACK.c.brand, _FEEDBACK.c.voice, _FEEDBACK.c.medium)

Sums = dict[rollup.Key, list[int]]
Rows = Sequence[Any]
Cuts = dict[int, rollup.Cuts]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan adds up to, and how much it read."""

    sums: Sums
    readings: int
    mentions: int
    scores: int


class RollupShelf:
    """The daily sums, and whether they are right."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def scan(self, seqs: Sequence[int] | None = None) -> Scan:
        """Add up everything anew, in parts, or only what some pieces of feedback count for."""
        sums: Sums = {}
        readings, mentions, scores = (
            self._add(sums, self._of(query, seqs), entries)
            for query, entries in (
                (_texts(), _text_entries),
                (_mentions(), _mention_entries),
                (_scores(), _score_entries),
            )
        )
        return Scan(sums, readings, mentions, scores)

    def take_back(self, seqs: Sequence[int]) -> None:
        """Take what some pieces of feedback count for out of the sums; call it before they change."""
        rows = [(*key, *(-one for one in sums)) for key, sums in self.scan(seqs).sums.items()]
        add_up(self._connection, RollupRow, rollup.COLUMNS, rows, rollup.SUMS)
        self._connection.execute(delete(_ROLLUP).where(_ROLLUP.c.n == 0))

    def count_again(self, seqs: Sequence[int]) -> None:
        """Add what some pieces of feedback count for now, after `take_back`."""
        rows = [(*key, *sums) for key, sums in self.scan(seqs).sums.items()]
        add_up(self._connection, RollupRow, rollup.COLUMNS, rows, rollup.SUMS)

    def stored(self) -> Sums:
        """Return the roll-ups as they stand there."""
        columns = select(*(_ROLLUP.c[name] for name in rollup.COLUMNS)).execution_options(yield_per=_PART)
        keys = len(rollup.KEYS)
        return {tuple(row[:keys]): list(row[keys:]) for row in self._connection.execute(columns)}

    def replace(self, sums: Sums) -> None:
        """Put a scan's sums in place of what stands there."""
        self._connection.execute(delete(_ROLLUP))
        rows = [(*key, *found) for key, found in sums.items()]
        insert_rows(self._connection, RollupRow, rollup.COLUMNS, rows)

    def _of(self, query: Select[Any], seqs: Sequence[int] | None) -> Select[Any]:
        return query if seqs is None else query.where(among(self._connection, _FEEDBACK.c.seq, seqs))

    def _add(self, sums: Sums, query: Select[Any], entries: Callable[[Rows, Cuts], rollup.Entries]) -> int:
        n = 0
        for part in _parts(self._connection, query):
            n += len(part)
            for key, found in rollup.rows(entries(part, _cuts(self._connection, part))).items():
                rollup.add(sums, key, found)
        return n


def _parts(connection: Connection, query: Select[Any]) -> Iterator[Rows]:
    """Yield all rows of a query; each part is cut at a `seq`, so that no row stands in two."""
    seq = query.selected_columns[0]
    last = -1
    while True:
        rows = connection.execute(query.where(seq > last).order_by(seq).limit(_PART)).all()
        if not rows:
            return
        last = rows[-1][0]
        if len(rows) == _PART:  # the last `seq` may have more rows than were read
            rows = [row for row in rows if row[0] != last] or connection.execute(query.where(seq == last)).all()
            last = rows[-1][0]
        yield rows


def _cuts(connection: Connection, rows: Rows) -> Cuts:
    """Return the segments of those among the rows' feedback that have any, '' before them."""
    first, last = rows[0][0], rows[-1][0]
    near = last - first < _SPREAD * len(rows)
    seq = _ATTRIBUTE.c.feedback_seq
    query = select(_ATTRIBUTE).where(
        seq.between(first, last) if near else among(connection, seq, list({row[0] for row in rows}))
    )
    found: Cuts = {}
    for seq, name, value in connection.execute(query.order_by(_ATTRIBUTE.c.feedback_seq, _ATTRIBUTE.c.name)):
        found[seq] = (*found.get(seq, ("",)), f"{name}={value}")
    return found


def _texts() -> Select[Any]:
    return select(
        _READING.c.feedback_seq, _READING.c.period, _READING.c.model, *_GROUP, _FEEDBACK.c.touchpoint,
        literal("").label("topic"), _READING.c.language, _READING.c.sentiment_label, _READING.c.urgency,
        _READING.c.sentiment, _READING.c.effort, _READING.c.expectation, _READING.c.promised_by, _READING.c.empathy,
    ).join(_FEEDBACK, _FEEDBACK.c.seq == _READING.c.feedback_seq)  # fmt: skip


def _mentions() -> Select[Any]:
    read = (_READING.c.feedback_seq == _MENTION.c.feedback_seq) & (_READING.c.model == _MENTION.c.model)
    return (
        select(
            _MENTION.c.feedback_seq, _READING.c.period, _READING.c.model, *_GROUP, _MENTION.c.touchpoint,
            _MENTION.c.topic, _READING.c.language, _READING.c.sentiment_label, _READING.c.urgency,
            _MENTION.c.sentiment, _READING.c.expectation, _READING.c.promised_by,
        )
        .join(_READING, read)
        .join(_FEEDBACK, _FEEDBACK.c.seq == _MENTION.c.feedback_seq)
    )  # fmt: skip


def _scores() -> Select[Any]:
    return (
        select(
            _SCORE.c.feedback_seq, _CYCLE.c.period, *_GROUP, _FEEDBACK.c.touchpoint, _FEEDBACK.c.language,
            _SCORE.c.kind, _SCORE.c.value, _SCORE.c.scale_low, _SCORE.c.scale_high,
        )
        .join(_FEEDBACK, _FEEDBACK.c.seq == _SCORE.c.feedback_seq)
        .join(_CYCLE, _CYCLE.c.id == _FEEDBACK.c.cycle_id)
    )  # fmt: skip


def _text_entries(rows: Rows, cuts: Cuts) -> rollup.Entries:
    felt = _sentiments(rows, cuts)
    return rollup.together([
        felt,
        rollup.told_of(EFFORT, felt.groups, [row.effort for row in rows]),
        _expected(rows, felt),
        rollup.shown_in(felt.groups, [row.empathy for row in rows]),
    ])  # fmt: skip


def _mention_entries(rows: Rows, cuts: Cuts) -> rollup.Entries:
    felt = _sentiments(rows, cuts)
    return rollup.together([felt, _expected(rows, felt)])


def _expected(rows: Rows, felt: rollup.Entries) -> rollup.Entries:
    return rollup.expected(felt.groups, [row.expectation for row in rows], [row.promised_by for row in rows])


def _sentiments(rows: Rows, cuts: Cuts) -> rollup.Entries:
    groups = [
        ((row.period, "text", SENTIMENT, row.model, *row[3:7], row.touchpoint, row.topic, row.language),
         cuts.get(row.feedback_seq, ("",)))
        for row in rows
    ]  # fmt: skip
    labels, urgent = [row.sentiment_label for row in rows], [row.urgency == "high" for row in rows]
    return rollup.Entries(groups, labels, urgent, rollup.parts([row.sentiment for row in rows]))


def _score_entries(rows: Rows, cuts: Cuts) -> rollup.Entries:
    heads = [((*row[1:7],), cuts.get(row.feedback_seq, ("",)), row.language or "") for row in rows]
    scores = [
        [Score(kind=row.kind, value=row.value, scale_low=row.scale_low, scale_high=row.scale_high)] for row in rows
    ]
    return rollup.score_entries(heads, scores)
