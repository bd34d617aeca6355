"""Cases, thanks and objections have tables; a decision says how many people must approve it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0008"
down_revision = "0007"

_CASE = "id person_id occasion cycle_id need touchpoint owner reason opened_at due"
_OBJECTION = "id cycle_id plan question subject finding raised_at expires evidence"


def upgrade() -> None:
    """Add to what is there, the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    op.add_column("decision", sa.Column("approvals", WHOLE, nullable=False, server_default="0"))
    make_table("care_case", ("id",), words=_CASE)
    op.create_index("ix_care_case_person_id", "care_case", ["person_id"])
    _events("care_event", "case_id", "cycle_id", "kind", "actor", "reason", "cause", "at")
    op.add_column("care_event", sa.Column("due", WORDS, nullable=True))
    make_table("thanks", ("id",), words="id cycle_id feedback_id touchpoint team earned_by said_at")
    op.create_index("ix_thanks_cycle_id", "thanks", ["cycle_id"])
    make_table("objection", ("id",), words=_OBJECTION, whole="n", floats="value low high")
    _events("objection_event", "objection_id", "kind", "actor", "reason", "at")


def _events(name: str, *words: str) -> None:
    of = words[0]
    op.create_table(
        name,
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(one, WORDS, nullable=False) for one in ("id", *words)),
        sa.PrimaryKeyConstraint("seq", name=f"pk_{name}"),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
    )
    op.create_index(f"ix_{name}_{of}", name, [of])
