"""Where a person has spoken, their word stands in a reading: for what is read now, and for what was read before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from flywheel.domain.correction import Field, values_of
from flywheel.store.bulk import among, insert_rows
from flywheel.store.codec import table, to_json
from flywheel.store.tables import CorrectionRow, FeedbackRow, MentionRow, ReadingRow

_CORRECTION, _FEEDBACK = table(CorrectionRow), table(FeedbackRow)
_READING, _MENTION = table(ReadingRow), table(MentionRow)
EVIDENCE = "said by a person"
"""Stands where the words of a text stand otherwise: a topic that a person has seen rests on their judgement."""
_SENTIMENTS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}

Words = dict[Field, str]


def words_of_people(connection: Connection, seqs: Sequence[int]) -> dict[int, Words]:
    """Return the newest word per field on those of the texts that still stand as they did when it was said."""
    query = (
        select(_CORRECTION.c.feedback_seq, _CORRECTION.c.field, _CORRECTION.c.value)
        .join(_FEEDBACK, _FEEDBACK.c.seq == _CORRECTION.c.feedback_seq)
        .where(among(connection, _CORRECTION.c.feedback_seq, seqs), _CORRECTION.c.revision == _FEEDBACK.c.revision)
        .order_by(_CORRECTION.c.at, _CORRECTION.c.seq)
    )
    found: defaultdict[int, Words] = defaultdict(dict)
    for seq, field, value in connection.execute(query):
        found[seq][field] = value
    return dict(found)


def put_right(connection: Connection, seqs: Sequence[int]) -> None:
    """Give stored readings of all versions what people said; the caller takes care of the sums.

    A person's word on the sentiment is -1, 0 or 1, and sure; it makes a reading of what no model could read.
    """
    said = words_of_people(connection, seqs)
    for field, columns in _COLUMNS.items():
        values = [{"of": seq, **_values(field, words[field])} for seq, words in said.items() if field in words]
        if values:
            changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
            connection.execute(
                update(_READING).where(_READING.c.feedback_seq == bindparam("of")).values(changed), values
            )
    topics = {seq: values_of(words["topic"]) for seq, words in said.items() if "topic" in words}
    if topics:
        _put_topics(connection, topics)


_COLUMNS: dict[Field, tuple[str, ...]] = {
    "sentiment": ("status", "sentiment", "sentiment_label", "confidence"),
    "intent": ("intent",),
    "emotion": ("emotions",),
}


def _values(field: Field, value: str) -> dict[str, object]:
    if field == "sentiment":
        return {
            "new_status": "read", "new_sentiment": _SENTIMENTS[value], "new_sentiment_label": value,
            "new_confidence": 1.0,
        }  # fmt: skip
    return {"new_intent": value} if field == "intent" else {"new_emotions": to_json(values_of(value))}


def _put_topics(connection: Connection, topics: dict[int, tuple[str, ...]]) -> None:
    """Take mentions away that a person did not see, and add those that the model did not."""
    here = among(connection, _MENTION.c.feedback_seq, sorted(topics))
    names = (_MENTION.c.feedback_seq, _MENTION.c.model, _MENTION.c.topic)
    there = {tuple(row) for row in connection.execute(select(*names).where(here))}
    gone = [{"of": seq, "by": model, "what": topic} for seq, model, topic in there if topic not in topics[seq]]
    if gone:
        connection.execute(
            delete(_MENTION).where(
                _MENTION.c.feedback_seq == bindparam("of"), _MENTION.c.model == bindparam("by"),
                _MENTION.c.topic == bindparam("what"),
            ),
            gone,
        )  # fmt: skip
    query = (
        select(_READING.c.feedback_seq, _READING.c.model, _READING.c.sentiment, _FEEDBACK.c.touchpoint)
        .join(_FEEDBACK, _FEEDBACK.c.seq == _READING.c.feedback_seq)
        .where(among(connection, _READING.c.feedback_seq, sorted(topics)))
    )
    rows = [
        (seq, model, topic, touchpoint, sentiment, EVIDENCE)
        for seq, model, sentiment, touchpoint in connection.execute(query)
        for topic in topics[seq]
        if (seq, model, topic) not in there
    ]
    insert_rows(connection, MentionRow, ("feedback_seq", "model", "topic", "touchpoint", "sentiment", "evidence"), rows)
