"""Roll-ups by basis, measure and segment, in whole ten-thousandths; filled from what is there already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.views import drop_statements

revision = "0002"
down_revision = "0001"

_KEYS = (
    "period", "basis", "measure", "model", "day", "brand", "voice", "medium", "touchpoint", "topic", "segment",
    "language",
)  # fmt: skip
_WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ARM = ("play", "variant", "arm", "person_id", "decided_at", "status")
_INDEXES = (
    ("ix_prediction_cycle_id", "prediction", ("cycle_id",)),
    ("ix_decision_status_not_after_id", "decision", ("status", "not_after", "id")),
    (f"ix_decision_{'_'.join(_ARM)}", "decision", _ARM),
)
_SUMS = ("n", "n_read", "n_negative", "n_neutral", "n_positive", "n_urgent", "sum_value", "sum_squares")
_CUTS = """(
    SELECT seq, '' AS segment FROM feedback
    UNION ALL SELECT feedback_seq, name || '=' || value FROM feedback_attribute)"""
_LABELS = """
    count(*), sum(CASE WHEN r.sentiment_label IS NOT NULL THEN 1 ELSE 0 END),
    sum(CASE WHEN r.sentiment_label = 'negative' THEN 1 ELSE 0 END),
    sum(CASE WHEN r.sentiment_label = 'neutral' THEN 1 ELSE 0 END),
    sum(CASE WHEN r.sentiment_label = 'positive' THEN 1 ELSE 0 END),
    sum(CASE WHEN r.urgency = 'high' THEN 1 ELSE 0 END)"""
_PART = "CAST(round({value} * 10000) AS BIGINT)"
_VALUES = f"coalesce(sum({_PART}), 0), coalesce(sum({_PART} * {_PART}), 0)"
_PLACE = "((s.value - s.scale_low) / (s.scale_high - s.scale_low))"
_NPS = "s.kind IN ('nps', 'enps') AND s.scale_low = 0 AND s.scale_high = 10"
_LOW = f"CASE WHEN {_NPS} THEN s.value < 7 ELSE {_PLACE} <= 0.25 END"
_HIGH = f"CASE WHEN {_NPS} THEN s.value >= 9 ELSE {_PLACE} >= 0.75 END"


def upgrade() -> None:
    """Make the new table in place of the old one; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    op.drop_table("rollup")
    numbers = [sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS]
    keys = [sa.Column(name, _WHOLE if name == "period" else _WORDS, nullable=False) for name in _KEYS]
    op.create_table("rollup", *keys, *numbers, sa.PrimaryKeyConstraint(*_KEYS, name="pk_rollup"))
    op.execute("UPDATE reading SET sentiment = round(CAST(sentiment AS NUMERIC), 4) WHERE sentiment IS NOT NULL")
    op.execute("UPDATE mention SET sentiment = round(CAST(sentiment AS NUMERIC), 4) WHERE sentiment IS NOT NULL")
    for statement in (_of_texts(), _of_mentions(), _of_scores()):
        op.execute(statement)
    for index, table, columns in _INDEXES:
        op.create_index(index, table, list(columns))


_OF_FEEDBACK = ("f.day", "f.brand", "f.voice", "f.medium")


def _of_texts() -> str:
    keys = (
        "r.period",
        "'text'",
        "'sentiment'",
        "r.model",
        *_OF_FEEDBACK,
        "f.touchpoint",
        "''",
        "c.segment",
        "r.language",
    )
    return _insert(keys, _LABELS + ", " + _VALUES.format(value="r.sentiment"), "reading r", "r.feedback_seq")


def _of_mentions() -> str:
    keys = (
        "r.period", "'text'", "'sentiment'", "r.model", *_OF_FEEDBACK, "m.touchpoint", "m.topic", "c.segment",
        "r.language",
    )  # fmt: skip
    source = "mention m JOIN reading r ON r.feedback_seq = m.feedback_seq AND r.model = m.model"
    return _insert(keys, _LABELS + ", " + _VALUES.format(value="m.sentiment"), source, "r.feedback_seq")


def _of_scores() -> str:
    scale = f"{_written('s.scale_low')} || '..' || {_written('s.scale_high')}"
    keys = (
        "y.period", "'survey'", "s.kind", scale, *_OF_FEEDBACK, "f.touchpoint", "''", "c.segment",
        "coalesce(f.language, '')",
    )  # fmt: skip
    low, high = (f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in (_LOW, _HIGH))
    sums = f"count(*), count(*), {low}, count(*) - {low} - {high}, {high}, 0, " + _VALUES.format(value="s.value")
    return _insert(keys, sums, "score s", "s.feedback_seq", " JOIN cycle y ON y.id = f.cycle_id")


def _written(number: str) -> str:
    """Return SQL that writes a number as Python's `:g` does, on both databases: 10.0 as "10", 0.5 as "0.5"."""
    whole = f"CAST(CAST({number} AS BIGINT) AS TEXT)"
    return f"(CASE WHEN {number} = CAST({number} AS BIGINT) THEN {whole} ELSE CAST({number} AS TEXT) END)"


def _insert(keys: tuple[str, ...], sums: str, source: str, seq: str, more: str = "") -> str:
    groups = ", ".join(key for key in keys if not key.startswith("'"))
    return (
        f"INSERT INTO rollup ({', '.join(_KEYS + _SUMS)}) SELECT {', '.join(keys)}, {sums} FROM {source} "  # noqa: S608
        f"JOIN feedback f ON f.seq = {seq}{more} JOIN {_CUTS} c ON c.seq = f.seq GROUP BY {groups}"
    )
