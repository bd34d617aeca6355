"""What people said after they had spoken before: outcomes that the feedback itself tells, from what is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql import FromClause

from flywheel.domain.outcome import Outcome
from flywheel.store.codec import moment, table
from flywheel.store.history import WHEN
from flywheel.store.shelves.outcomes import KnownOutcome, outcome_id
from flywheel.store.tables import FeedbackRow, MentionRow, ReadingRow, ScoreRow

_FEEDBACK, _READING, _MENTION = table(FeedbackRow), table(ReadingRow), table(MentionRow)
_SCORE = table(ScoreRow)


class AfterwardsShelf:
    """Pairs of what somebody said and what they had said before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> int:
        """Return the number of the newest piece of feedback."""
        return int(self._connection.execute(select(func.coalesce(func.max(_FEEDBACK.c.seq), 0))).scalar_one())

    def outcomes(self, source: str, model: str, brand: str, span: tuple[int, int], days: float) -> list[KnownOutcome]:
        """Return what the feedback with numbers above span[0], up to span[1], tells of those who had spoken before.

        What was said up to `days` before counts as the time before, the newest of it first.
        """
        pairs = _pairs(model, brand, span)
        rows = self._connection.execute(_query(pairs, model)).mappings()
        longest = timedelta(days=days)
        return [
            KnownOutcome(outcome_id(source, one, one.person), one.person, one)
            for row in rows
            if moment(row["at"]) - moment(row["before_at"]) <= longest
            for one in _told(row)
        ]


def _pairs(model: str, brand: str, span: tuple[int, int]) -> FromClause:
    """Return each new text of our own people beside the text that the same person wrote before it."""
    new = select(_FEEDBACK.c.person_id).where(_FEEDBACK.c.seq > span[0], _FEEDBACK.c.seq <= span[1])

    def before(what: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(what).over(partition_by=_FEEDBACK.c.person_id, order_by=(WHEN, _FEEDBACK.c.seq))

    said = (
        select(
            _FEEDBACK.c.seq, _FEEDBACK.c.id, _FEEDBACK.c.person_id, WHEN.label("at"),
            _READING.c.sentiment_label.label("label"), _READING.c.intent,
            before(_FEEDBACK.c.seq).label("before"),
            before(WHEN).label("before_at"),
            before(_READING.c.sentiment_label).label("label_before"),
        )
        .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model), isouter=True)
        .where(_FEEDBACK.c.brand == brand, _FEEDBACK.c.person_id.in_(new))
        .subquery("said")
    )  # fmt: skip
    fresh = (said.c.seq > span[0], said.c.seq <= span[1], said.c.before.is_not(None))
    return select(said).where(*fresh).subquery("pair")


def _query(pair: FromClause, model: str) -> Any:
    now, then = _MENTION.alias("now"), _MENTION.alias("then")
    same_topic = (
        select(now.c.topic)
        .join(then, and_(then.c.topic == now.c.topic, then.c.model == now.c.model))
        .where(now.c.feedback_seq == pair.c.seq, then.c.feedback_seq == pair.c.before, now.c.model == model)
    )
    score, earlier = _SCORE.alias("score"), _SCORE.alias("earlier")
    share = (score.c.value - earlier.c.value) / (score.c.scale_high - score.c.scale_low)
    same_scale = and_(
        earlier.c.feedback_seq == pair.c.before, earlier.c.kind == score.c.kind,
        earlier.c.scale_low == score.c.scale_low, earlier.c.scale_high == score.c.scale_high,
    )  # fmt: skip
    change = (
        select(func.avg(share)).select_from(score).join(earlier, same_scale).where(score.c.feedback_seq == pair.c.seq)
    )
    columns = [pair.c[name] for name in ("id", "person_id", "at", "before_at", "label", "label_before", "intent")]
    repeats = same_topic.exists().label("same_topic")
    return select(*columns, change.scalar_subquery().label("change"), repeats).order_by(pair.c.seq)


def _told(row: RowMapping) -> Iterator[Outcome]:
    values = {"spoke_again": 1.0}
    if row["change"] is not None:
        values["rerated"] = float(row["change"])
    if row["label_before"] == "negative" and row["label"] in ("neutral", "positive"):
        values["recovered"] = 1.0
    if row["label_before"] == "negative" == row["label"] and row["same_topic"]:
        values["repeated"] = 1.0
    if row["intent"] == "gone":
        values["left"] = 1.0
    at: datetime = moment(row["at"])
    for metric, value in values.items():
        yield Outcome(
            person=row["person_id"], metric=metric, value=value, happened_at=at, external_id=f"{metric}|{row['id']}"
        )
