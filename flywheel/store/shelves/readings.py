"""Readings, mentions and roll-ups: written together, so that the sums are never behind the facts."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Unread
from flywheel.domain.reading import Readings
from flywheel.domain.summary import BrandCount, GroupCount, Quotation
from flywheel.domain.sums import EFFORT, SENTIMENT
from flywheel.errors import TransientError
from flywheel.store import rollup
from flywheel.store.bulk import among, insert_missing, insert_rows
from flywheel.store.codec import table, to_json
from flywheel.store.history import first_read, read_before
from flywheel.store.tables import FeedbackRow, InboxRow, MentionRow, ReadingRow, RollupRow

_READING, _MENTION, _ROLLUP = table(ReadingRow), table(MentionRow), table(RollupRow)
_FEEDBACK, _INBOX = table(FeedbackRow), table(InboxRow)
_READING_COLUMNS = (
    "feedback_seq", "model", "cycle_id", "period", "status", "language", "sentiment", "sentiment_label", "confidence",
    "emotions", "effort", "intent", "urgency", "urgency_reason", "expectation", "expectation_words", "promised_by",
    "empathy", "reply_shows",
)  # fmt: skip
Turns = Sequence[tuple[str, int]]
"""The cycle and the period in which each text of a batch counts as read."""
_MENTION_COLUMNS = ("feedback_seq", "model", "topic", "touchpoint", "sentiment", "evidence")


class ReadingShelf:
    """What was read, text by text and in sums."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Unread, readings: Readings, cycle: Cycle, own_brand: str) -> None:
        """Store the readings of a batch, its roll-ups, and hand our own people's feedback on to Decide.

        What another model has read before is counted in the period of then, and is no new occasion. Raises
        TransientError when another worker has read some of it meanwhile: then nothing of it is kept twice.
        """
        waiting = among(self._connection, _INBOX.c.feedback_seq, batch.seq)
        taken = self._connection.execute(delete(_INBOX).where(_INBOX.c.stage == "understand", waiting)).rowcount
        if taken != len(batch):
            raise TransientError("Another worker has read the same feedback meanwhile: what is left is read again.")
        mentions = _one_of_each_topic(readings)
        again = first_read(self._connection, batch.seq, readings.model)
        turns = [again.get(seq, (cycle.id, cycle.period)) for seq in batch.seq]
        insert_rows(self._connection, ReadingRow, _READING_COLUMNS, _reading_rows(batch, readings, turns))
        insert_rows(self._connection, MentionRow, _MENTION_COLUMNS, _mention_rows(batch, readings, mentions))
        counted = (_of_texts(batch, readings, turns), _of_mentions(batch, readings, mentions, turns))
        rollup.write(self._connection, rollup.together(counted))
        own = zip(batch.seq, batch.brand, batch.person_id, strict=True)
        told = read_before(self._connection, batch.seq) | again.keys()  # words that were edited are no new occasion
        decide = [("decide", seq) for seq, brand, person in own if brand == own_brand and person and seq not in told]
        insert_missing(self._connection, InboxRow, ("stage", "feedback_seq"), decide)

    def by_brand(self, model: str, periods: Sequence[int] | None = None) -> list[BrandCount]:
        """Return counts of whole texts by brand and voice, over some periods or over all."""
        names = ("n", "n_read", "n_negative", "n_neutral", "n_positive")
        query = select(
            _ROLLUP.c.brand, _ROLLUP.c.voice, func.max(_ROLLUP.c.day).label("last_day"),
            *(func.sum(_ROLLUP.c[name]).label(name) for name in names),
        ).where(_read_by(model), _ROLLUP.c.topic == "")  # fmt: skip
        if periods is not None:
            query = query.where(_ROLLUP.c.period.in_(periods))
        query = query.group_by(_ROLLUP.c.brand, _ROLLUP.c.voice).order_by(_ROLLUP.c.brand, _ROLLUP.c.voice)
        return [BrandCount(**row) for row in self._connection.execute(query).mappings()]

    def by_group(self, model: str, group: str, brand: str, voice: str, periods: Sequence[int]) -> list[GroupCount]:
        """Return counts by "topic", "touchpoint", "language", "medium" or "day" of one brand's voice."""
        column = _ROLLUP.c[group]
        names = ("n", "n_read", "n_negative", "n_positive")
        topics = _ROLLUP.c.topic != "" if group == "topic" else _ROLLUP.c.topic == ""
        query = (
            select(column.label("name"), *(func.sum(_ROLLUP.c[name]).label(name) for name in names))
            .where(_read_by(model), _ROLLUP.c.brand == brand, _ROLLUP.c.voice == voice, topics)
            .where(_ROLLUP.c.period.in_(periods))
            .group_by(column)
            .order_by(func.sum(_ROLLUP.c.n).desc(), column)
        )
        return [GroupCount(**row) for row in self._connection.execute(query).mappings()]

    def statuses(self, model: str, cycle_ids: Sequence[str]) -> dict[str, int]:
        """Return how many texts some cycles read, could not read, found empty, or could not score."""
        query = select(_READING.c.status, func.count()).where(_READING.c.model == model, self._read_in(cycle_ids))
        return {status: int(n) for status, n in self._connection.execute(query.group_by(_READING.c.status))}

    def quotations(
        self, model: str, cycle_ids: Sequence[str], brand: str, topics: Sequence[str], each: int
    ) -> list[Quotation]:
        """Return what was said most surely on each topic: highest confidence first, then oldest (a stated rule)."""
        surest = (_READING.c.confidence.desc(), _READING.c.feedback_seq)
        place = func.row_number().over(partition_by=_MENTION.c.topic, order_by=surest)
        said = (_MENTION.c.feedback_seq == _READING.c.feedback_seq) & (_MENTION.c.model == _READING.c.model)
        placed = (
            select(_READING.c.feedback_seq, _MENTION.c.topic, place.label("place"))
            .join(_MENTION, said)
            .join(_FEEDBACK, _FEEDBACK.c.seq == _READING.c.feedback_seq)
            .where(_READING.c.model == model, self._read_in(cycle_ids), _READING.c.sentiment_label.is_not(None))
            .where(_MENTION.c.topic.in_(topics), _FEEDBACK.c.brand == brand, _FEEDBACK.c.voice == "customer")
            .subquery("placed")
        )
        query = (
            select(_FEEDBACK.c.id.label("feedback_id"), _FEEDBACK.c.text, _READING.c.sentiment_label.label("label"),
                   _READING.c.language, _MENTION.c.topic, _MENTION.c.evidence)
            .join_from(placed, _FEEDBACK, _FEEDBACK.c.seq == placed.c.feedback_seq)
            .join(_READING, (_READING.c.feedback_seq == placed.c.feedback_seq) & (_READING.c.model == model))
            .join(_MENTION, said & (_MENTION.c.topic == placed.c.topic))
            .where(placed.c.place <= each)
            .order_by(case({topic: at for at, topic in enumerate(topics)}, value=placed.c.topic), placed.c.place)
        )  # fmt: skip
        return [Quotation(**row) for row in self._connection.execute(query).mappings()] if topics else []

    def _read_in(self, cycle_ids: Sequence[str]) -> ColumnElement[bool]:
        # by cycle, for which there is an index: so that a report costs what its cycles read, not all that was ever read
        return among(self._connection, _READING.c.cycle_id, cycle_ids)


def _read_by(model: str) -> ColumnElement[bool]:
    of = (_ROLLUP.c.basis == "text") & (_ROLLUP.c.measure == SENTIMENT)
    return of & (_ROLLUP.c.model == model) & (_ROLLUP.c.segment == "")


def _one_of_each_topic(readings: Readings) -> list[int]:
    """Return the places of the mentions, without those whose topic the same text has named already."""
    found = readings.mentions
    first = {key: at for at, key in reversed(list(enumerate(zip(found.row, found.topic, strict=True))))}
    return sorted(first.values())


def _of_texts(batch: Unread, readings: Readings, turns: Turns) -> rollup.Entries:
    head = ("text", SENTIMENT, readings.model)
    groups: list[tuple[rollup.Key, rollup.Cuts]] = [
        ((period, *head, *group, "", language), cuts)
        for (_, period), *group, language, cuts in zip(
            turns, batch.day, batch.brand, batch.voice, batch.medium, batch.touchpoint, readings.language,
            batch.segments,
            strict=True,
        )
    ]  # fmt: skip
    urgent = [one == "high" for one in readings.urgency]
    return rollup.together([
        rollup.Entries(groups, readings.label, urgent, rollup.parts(readings.sentiment.tolist())),
        rollup.told_of(EFFORT, groups, readings.effort),
        rollup.expected(groups, readings.expectation, readings.promised_by),
        rollup.shown_in(groups, readings.empathy),
    ])  # fmt: skip


def _of_mentions(batch: Unread, readings: Readings, mentions: list[int], turns: Turns) -> rollup.Entries:
    found, head = readings.mentions, ("text", SENTIMENT, readings.model)
    rows = [found.row[at] for at in mentions]
    groups: list[tuple[rollup.Key, rollup.Cuts]] = [
        (
            (
                turns[row][1], *head, batch.day[row], batch.brand[row], batch.voice[row], batch.medium[row],
                found.touchpoint[at] or batch.touchpoint[row], found.topic[at], readings.language[row],
            ),
            batch.segments[row],
        )
        for at, row in zip(mentions, rows, strict=True)
    ]  # fmt: skip
    labels, urgent = [readings.label[row] for row in rows], [readings.urgency[row] == "high" for row in rows]
    of_topics = rollup.Entries(groups, labels, urgent, rollup.parts([found.sentiment[at] for at in mentions]))
    said = [[column[row] for row in rows] for column in (readings.expectation, readings.promised_by)]
    return rollup.together([of_topics, rollup.expected(groups, *said)])


def _reading_rows(batch: Unread, readings: Readings, turns: Turns) -> list[tuple[object, ...]]:
    n, emotions = len(batch), {found: None if found is None else to_json(found) for found in set(readings.emotions)}
    return list(
        zip(
            batch.seq, [readings.model] * n, [id_ for id_, _ in turns], [period for _, period in turns],
            readings.status, readings.language, _stored(readings.sentiment.tolist()), readings.label,
            (None if isnan(one) else one for one in readings.confidence.tolist()),
            (emotions[found] for found in readings.emotions), readings.effort, readings.intent, readings.urgency,
            readings.urgency_reason, readings.expectation, readings.expectation_words, readings.promised_by,
            _stored(readings.empathy), (None if one is None else to_json(one) for one in readings.reply_shows),
            strict=True,
        )
    )  # fmt: skip


def _mention_rows(batch: Unread, readings: Readings, mentions: list[int]) -> list[tuple[object, ...]]:
    found = readings.mentions
    sentiment = _stored([found.sentiment[at] for at in mentions])
    return [
        (
            batch.seq[found.row[at]], readings.model, found.topic[at],
            found.touchpoint[at] or batch.touchpoint[found.row[at]], value, found.evidence[at],
        )
        for at, value in zip(mentions, sentiment, strict=True)
    ]  # fmt: skip


def _stored(sentiment: Sequence[float | None]) -> list[float | None]:
    """Return sentiments as they are stored: to the ten-thousandth that the roll-ups count, None for none."""
    exact = (rollup.parts(sentiment) / rollup.PARTS).tolist()
    return [None if one is None or isnan(one) else value for one, value in zip(sentiment, exact, strict=True)]
