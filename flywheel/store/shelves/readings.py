"""Readings, mentions and roll-ups: written together, so that the sums are never behind the facts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Unread
from flywheel.domain.reading import Readings
from flywheel.domain.summary import BrandCount, GroupCount, Quotation
from flywheel.store.codec import insert_new, table, to_json, upsert
from flywheel.store.tables import FeedbackRow, InboxRow, MentionRow, ReadingRow, RollupRow

_READING, _MENTION, _ROLLUP = table(ReadingRow), table(MentionRow), table(RollupRow)
_FEEDBACK, _INBOX = table(FeedbackRow), table(InboxRow)
_SUMS = ("n", "n_read", "n_negative", "n_neutral", "n_positive", "n_urgent", "sum_sentiment", "sum_squares")


class ReadingShelf:
    """What was read, text by text and in sums."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Unread, readings: Readings, cycle: Cycle, own_brand: str) -> None:
        """Store the readings of a batch, its roll-ups, and hand our own people's feedback on to Decide."""
        insert_new(self._connection, ReadingRow, list(_reading_rows(batch, readings, cycle)))
        insert_new(self._connection, MentionRow, list(_mention_rows(batch, readings)))
        self._roll_up(batch, readings, cycle)
        read = delete(_INBOX).where(_INBOX.c.stage == "understand", _INBOX.c.feedback_seq == bindparam("one"))
        self._connection.execute(read, [{"one": seq} for seq in batch.seq])
        own = [seq for at, seq in enumerate(batch.seq) if batch.brand[at] == own_brand and batch.person_id[at]]
        if own:
            insert_new(self._connection, InboxRow, [{"stage": "decide", "feedback_seq": seq} for seq in own])

    def by_brand(self, model: str, periods: Sequence[int] | None = None) -> list[BrandCount]:
        """Return counts of whole texts by brand and voice, over some periods or over all."""
        names = ("n", "n_read", "n_negative", "n_neutral", "n_positive")
        query = select(
            _ROLLUP.c.brand, _ROLLUP.c.voice, func.max(_ROLLUP.c.day).label("last_day"),
            *(func.sum(_ROLLUP.c[name]).label(name) for name in names),
        ).where(_ROLLUP.c.model == model, _ROLLUP.c.topic == "")  # fmt: skip
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
            .where(_ROLLUP.c.model == model, _ROLLUP.c.brand == brand, _ROLLUP.c.voice == voice, topics)
            .where(_ROLLUP.c.period.in_(periods))
            .group_by(column)
            .order_by(func.sum(_ROLLUP.c.n).desc(), column)
        )
        return [GroupCount(**row) for row in self._connection.execute(query).mappings()]

    def statuses(self, model: str, period: int) -> dict[str, int]:
        """Return how many texts of a period were read, unsupported, without text, or could not be scored."""
        query = select(_READING.c.status, func.count()).where(_READING.c.model == model, _READING.c.period == period)
        return {status: int(n) for status, n in self._connection.execute(query.group_by(_READING.c.status))}

    def quotations(self, model: str, period: int, brand: str, topic: str, limit: int) -> list[Quotation]:
        """Return what was said most surely on a topic: highest confidence first, then oldest (a stated rule)."""
        query = (
            select(_FEEDBACK.c.id.label("feedback_id"), _FEEDBACK.c.text, _READING.c.sentiment_label.label("label"),
                   _READING.c.language, _MENTION.c.topic, _MENTION.c.evidence)
            .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq)
            .join(_MENTION, (_MENTION.c.feedback_seq == _FEEDBACK.c.seq) & (_MENTION.c.model == _READING.c.model))
            .where(_READING.c.model == model, _READING.c.period == period, _FEEDBACK.c.brand == brand)
            .where(_MENTION.c.topic == topic, _FEEDBACK.c.voice == "customer", _READING.c.sentiment_label.is_not(None))
            .order_by(_READING.c.confidence.desc(), _FEEDBACK.c.seq)
            .limit(limit)
        )  # fmt: skip
        return [Quotation(**row) for row in self._connection.execute(query).mappings()]

    def _roll_up(self, batch: Unread, readings: Readings, cycle: Cycle) -> None:
        sums: defaultdict[tuple[str, ...], list[float]] = defaultdict(lambda: [0] * len(_SUMS))
        for at in range(len(batch)):
            _count(sums[_key(batch, readings, at, batch.touchpoint[at], "")], readings, at, _value(readings, at))
        mentions = readings.mentions
        for at, topic, touchpoint, value in zip(
            mentions.row, mentions.topic, mentions.touchpoint, mentions.sentiment, strict=True
        ):
            _count(sums[_key(batch, readings, at, touchpoint or batch.touchpoint[at], topic)], readings, at, value)
        names = ("day", "brand", "voice", "medium", "touchpoint", "topic", "language")
        rows = [
            {"period": cycle.period, "model": readings.model, **dict(zip(names, key, strict=True)),
             **dict(zip(_SUMS, values, strict=True))}
            for key, values in sums.items()
        ]  # fmt: skip
        upsert(self._connection, RollupRow, rows, add=_SUMS)


def _key(batch: Unread, readings: Readings, at: int, touchpoint: str, topic: str) -> tuple[str, ...]:
    return (
        batch.day[at], batch.brand[at], batch.voice[at], batch.medium[at], touchpoint, topic, readings.language[at],
    )  # fmt: skip


def _count(sums: list[float], readings: Readings, at: int, sentiment: float | None) -> None:
    label = readings.label[at]
    sums[0] += 1
    if label is not None:
        sums[1] += 1
        sums[2 + ("negative", "neutral", "positive").index(label)] += 1
    sums[5] += readings.urgency[at] == "high"
    if sentiment is not None:
        sums[6] += sentiment
        sums[7] += sentiment * sentiment


def _value(readings: Readings, at: int) -> float | None:
    value = float(readings.sentiment[at])
    return None if math.isnan(value) else value


def _reading_rows(batch: Unread, readings: Readings, cycle: Cycle) -> Iterator[dict[str, Any]]:
    for at, seq in enumerate(batch.seq):
        confidence, emotions = float(readings.confidence[at]), readings.emotions[at]
        yield {
            "feedback_seq": seq, "model": readings.model, "cycle_id": cycle.id, "period": cycle.period,
            "status": readings.status[at], "language": readings.language[at], "sentiment": _value(readings, at),
            "sentiment_label": readings.label[at], "confidence": None if math.isnan(confidence) else confidence,
            "emotions": None if emotions is None else to_json(emotions), "effort": readings.effort[at],
            "intent": readings.intent[at], "urgency": readings.urgency[at],
            "urgency_reason": readings.urgency_reason[at],
        }  # fmt: skip


def _mention_rows(batch: Unread, readings: Readings) -> Iterator[dict[str, Any]]:
    found = readings.mentions
    for at, row in enumerate(found.row):
        yield {
            "feedback_seq": batch.seq[row], "model": readings.model, "topic": found.topic[at],
            "touchpoint": found.touchpoint[at] or batch.touchpoint[row], "sentiment": found.sentiment[at],
            "evidence": found.evidence[at],
        }  # fmt: skip
