"""What a person's past adds up to, as one SQL expression that Predict and Decide share."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CTE, ColumnElement, FromClause, case, func, select

from flywheel.store.codec import stamp, table
from flywheel.store.tables import FeedbackRow, ReadingRow

HISTORY_DAYS = 90
_FEEDBACK, _READING = table(FeedbackRow), table(ReadingRow)


def person_history(model: str, as_of: datetime, people: FromClause) -> CTE:
    """Return one row per person of `people`: their counts over the last 90 days before `as_of`."""

    def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    since = stamp(as_of - timedelta(days=HISTORY_DAYS))
    when = func.coalesce(_FEEDBACK.c.said_at, _FEEDBACK.c.heard_at)
    return (
        select(
            _FEEDBACK.c.person_id,
            func.count().label("feedback_90d"),
            times(_READING.c.sentiment_label == "negative").label("negative_90d"),
            times(_READING.c.intent == "complaint").label("complaints_90d"),
            times(_READING.c.intent.in_(("threat to leave", "gone"))).label("threats_90d"),
        )
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .join(people, people.c.person_id == _FEEDBACK.c.person_id)
        .where(when >= since, when <= stamp(as_of))
        .group_by(_FEEDBACK.c.person_id)
        .cte("history")
        .prefix_with("MATERIALIZED", dialect="postgresql")  # else a planner without statistics counts anew for each row
    )
