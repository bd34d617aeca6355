"""What was expected and promised, how a company answered, and the threads in which people help each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import FLOAT, WORDS
from flywheel.store.views import create_statements, drop_statements

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add to what is there, then make the views anew."""
    for statement in drop_statements():
        op.execute(statement)
    for name in ("thread", "reply"):
        op.add_column("feedback", sa.Column(name, WORDS, nullable=True))
    in_a_thread = sa.text("thread IS NOT NULL")
    op.create_index("ix_feedback_thread", "feedback", ["seq"], sqlite_where=in_a_thread, postgresql_where=in_a_thread)
    for name in ("expectation", "expectation_words", "promised_by", "reply_shows"):
        op.add_column("reading", sa.Column(name, WORDS, nullable=True))
    op.add_column("reading", sa.Column("empathy", FLOAT, nullable=True))
    for statement in create_statements():
        op.execute(statement)
