"""Edited feedback, what was set aside and can be replayed, volumes, inbound, identities, signals, measures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import FLOAT, WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0003"
down_revision = "0002"

_ADDED = (("set_aside", "raw"), ("set_aside", "replayed_at"), ("person", "team"), ("person", "manager_id"))
_SEQ = "seq"


def upgrade() -> None:
    """Add columns and tables; nothing that is there changes."""
    for statement in drop_statements():
        op.execute(statement)
    for table, column in _ADDED:
        op.add_column(table, sa.Column(column, WORDS, nullable=True))
    make_table(
        "feedback_revision", ("feedback_seq", "revision"), whole="feedback_seq revision",
        words="content_hash text scores readings replaced_at cycle_id", perhaps="said_at language",
    )  # fmt: skip
    make_table("source_volume", ("source", "cycle_id"), whole="rows", words="source cycle_id heard_at")
    op.create_table(
        "inbound",
        sa.Column(_SEQ, WHOLE, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("id", "source", "received_at", "body")),
        sa.PrimaryKeyConstraint(_SEQ, name="pk_inbound"),
        sa.UniqueConstraint("id", name="uq_inbound_id"),
    )
    make_table("identity", ("source", "alias"), words="source alias person_id linked_at")
    make_table("signal", ("id",), words="id person_id signal happened_at source heard_at cycle_id", floats="value")
    make_table(
        "measure", ("id",), floats="value", whole="higher_is_better",
        words="id source brand voice measure basis as_of provenance cycle_id heard_at",
    )  # fmt: skip
    op.add_column("measure", sa.Column("n", WHOLE, nullable=True))
    op.add_column("measure", sa.Column("sd", FLOAT, nullable=True))
    for table, column in (("inbound", "source"), ("identity", "person_id"), ("signal", "person_id")):
        op.create_index(f"ix_{table}_{column}", table, [column])
