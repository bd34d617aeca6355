"""Edited feedback, what was set aside and can be replayed, volumes, inbound, identities, signals, measures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from flywheel.store.views import create_statements, drop_statements

revision = "0003"
down_revision = "0002"

_WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FLOAT = sa.Float()
_ADDED = (("set_aside", "raw"), ("set_aside", "replayed_at"), ("person", "team"), ("person", "manager_id"))
_SEQ = "seq"


def upgrade() -> None:
    """Add columns and tables, then make the views anew; nothing that is there changes."""
    for statement in drop_statements():
        op.execute(statement)
    for table, column in _ADDED:
        op.add_column(table, sa.Column(column, _WORDS, nullable=True))
    _table(
        "feedback_revision", ("feedback_seq", "revision"), whole="feedback_seq revision",
        words="content_hash text scores readings replaced_at cycle_id", perhaps="said_at language",
    )  # fmt: skip
    _table("source_volume", ("source", "cycle_id"), whole="rows", words="source cycle_id heard_at")
    op.create_table(
        "inbound",
        sa.Column(_SEQ, _WHOLE, nullable=False),
        *(sa.Column(name, _WORDS, nullable=False) for name in ("id", "source", "received_at", "body")),
        sa.PrimaryKeyConstraint(_SEQ, name="pk_inbound"),
        sa.UniqueConstraint("id", name="uq_inbound_id"),
    )
    _table("identity", ("source", "alias"), words="source alias person_id linked_at")
    _table("signal", ("id",), words="id person_id signal happened_at source heard_at cycle_id", floats="value")
    _table(
        "measure", ("id",), floats="value", whole="higher_is_better",
        words="id source brand voice measure basis as_of provenance cycle_id heard_at",
    )  # fmt: skip
    op.add_column("measure", sa.Column("n", _WHOLE, nullable=True))
    op.add_column("measure", sa.Column("sd", _FLOAT, nullable=True))
    for table, column in (("inbound", "source"), ("identity", "person_id"), ("signal", "person_id")):
        op.create_index(f"ix_{table}_{column}", table, [column])
    for statement in create_statements():
        op.execute(statement)


def _table(
    name: str, keys: tuple[str, ...], *, words: str = "", whole: str = "", floats: str = "", perhaps: str = ""
) -> None:
    columns: list[sa.Column[Any]] = [sa.Column(one, _WORDS, nullable=False) for one in words.split()]
    columns += [sa.Column(one, _WHOLE, nullable=False, autoincrement=False) for one in whole.split()]
    columns += [sa.Column(one, _FLOAT, nullable=False) for one in floats.split()]
    columns += [sa.Column(one, _WORDS, nullable=True) for one in perhaps.split()]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"))
