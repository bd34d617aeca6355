"""What orienting and the outer loop keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import FLOAT, WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0005"
down_revision = "0004"

_NO_PAST = '{"effect":null,"evidence":[],"high":null,"low":null,"words":"no past to learn from"}'

_MILESTONE = ("id", "initiative_id", "cycle_id", "kind", "actor", "reason", "at")


def upgrade() -> None:
    """Add to what is there; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    _outer_loop()
    _findings()


def _outer_loop() -> None:
    """Initiatives say more and are never edited: how one stands is told by its milestones."""
    for column in ("status", "effect"):
        op.drop_column("initiative", column)
    filled = {"voice": "customer", "topic": "", "touchpoint": "", "expected": _NO_PAST, "doubt": ""}
    for name, words in filled.items():
        op.add_column("initiative", sa.Column(name, WORDS, nullable=False, server_default=words))
    op.add_column("initiative", sa.Column("score", FLOAT, nullable=False, server_default="0"))
    op.add_column("initiative", sa.Column("cost", FLOAT, nullable=True))
    _tell_topics()
    op.create_table(
        "initiative_milestone",
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(one, WORDS, nullable=False) for one in _MILESTONE),
        sa.Column("began", WORDS, nullable=True),
        *(sa.Column(one, FLOAT, nullable=True) for one in ("effect", "low", "high")),
        sa.Column("evidence", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_initiative_milestone"),
        sa.UniqueConstraint("id", name="uq_initiative_milestone_id"),
    )
    op.create_index("ix_initiative_milestone_initiative_id", "initiative_milestone", ["initiative_id"])
    make_table(
        "observation", ("cycle_id", "seen"), words="cycle_id seen since until undone",
        whole="period said said_by_staff said_of_peers read scores media predicted decided held_out waiting blocked "
        "sent unsent offers_withheld lifts sure_lifts learnings changed failed_steps",
    )  # fmt: skip
    make_table("maturity", ("cycle_id", "part", "name"), words="cycle_id part name words", floats="needed")
    op.add_column("maturity", sa.Column("value", FLOAT, nullable=True))
    op.add_column("maturity", sa.Column("met", WHOLE, nullable=True))


def _tell_topics() -> None:
    """Until now the topic stood at the head of the cause only."""
    known = op.get_bind().execute(sa.text("SELECT id, cause FROM initiative")).all()
    for id_, cause in known:
        topic = sa.text("UPDATE initiative SET topic = :topic WHERE id = :id")
        op.get_bind().execute(topic, {"topic": cause.partition(":")[0], "id": id_})


def _findings() -> None:
    """Findings have a table; standings and measures say their unit and whose word they are."""
    make_table(
        "finding", ("id",), floats="weight",
        words="id cycle_id kind voice brand subject part basis unit verdict statement evidence",
    )  # fmt: skip
    for name in ("value", "low", "high", "before"):
        op.add_column("finding", sa.Column(name, FLOAT, nullable=True))
    op.add_column("finding", sa.Column("n", WHOLE, nullable=True))
    op.create_index("ix_finding_cycle_id", "finding", ["cycle_id"])
    for table in ("standing", "measure"):
        op.add_column(table, sa.Column("unit", WORDS, nullable=False, server_default="number"))
    op.add_column("standing", sa.Column("provenance", WORDS, nullable=False, server_default=""))
    op.add_column("standing", sa.Column("age_days", WHOLE, nullable=False, server_default="0"))
    op.add_column("measure", sa.Column("span", FLOAT, nullable=True))
