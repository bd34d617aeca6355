"""What people correct, the heads that learn from it, and the risks learned from outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import FLOAT, WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0006"
down_revision = "0005"

_WORDS = ("id", "field", "value", "corrected_by", "at", "recorded_at")


def upgrade() -> None:
    """Add to what is there; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    op.create_table(
        "correction",
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(one, WORDS, nullable=False) for one in _WORDS),
        *(sa.Column(one, WHOLE, nullable=False) for one in ("feedback_seq", "revision")),
        sa.Column("was", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_correction"),
        sa.UniqueConstraint("id", name="uq_correction_id"),
    )
    op.create_index("ix_correction_feedback_seq", "correction", ["feedback_seq"])
    make_table("head", ("id",), words="id field analyzer trained_at content", whole="labels")
    op.create_table(
        "head_event",
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(one, WORDS, nullable=False) for one in ("field", "head_id", "event", "at", "detail")),
        *(sa.Column(one, WHOLE, nullable=False) for one in ("fold", "n", "won")),
        *(sa.Column(one, FLOAT, nullable=False) for one in ("own", "other", "low")),
        sa.PrimaryKeyConstraint("seq", name="pk_head_event"),
    )
    op.create_table(
        "risk_model",
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(one, WORDS, nullable=False) for one in ("kind", "analyzer", "learned_at", "says")),
        *(sa.Column(one, WHOLE, nullable=False) for one in ("n", "positives", "outcomes")),
        sa.Column("content", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_risk_model"),
    )
