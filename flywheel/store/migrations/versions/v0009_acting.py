"""Approvals by accounts, breakers and canaries have tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0009"
down_revision = "0008"

_APPROVAL = ("delivery_id", "decision_id", "payload_hash", "account", "word", "reason", "at", "expires")


def upgrade() -> None:
    """Add to what is there, the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    op.add_column("delivery", sa.Column("approvals", WHOLE, nullable=False, server_default="0"))
    op.create_index("ix_delivery_play", "delivery", ["play"])
    op.create_index("ix_delivery_attempt_started_at", "delivery_attempt", ["started_at"])
    make_table(
        "account", ("name",), words="name role token_hash created_at created_by", perhaps="removed_at removed_by"
    )
    with op.batch_alter_table("account") as account:
        account.create_unique_constraint("uq_account_token_hash", ["token_hash"])
    op.create_table("approval", *_numbered(*_APPROVAL), sa.PrimaryKeyConstraint("seq", name="pk_approval"))
    op.create_index("ix_approval_delivery_id", "approval", ["delivery_id"])
    launch = _numbered("play", "state", "actor", "reason", "at")
    op.create_table("launch", *launch, sa.PrimaryKeyConstraint("seq", name="pk_launch"))
    op.create_index("ix_launch_play", "launch", ["play"])
    make_table("breaker", ("channel",), words="channel", whole="failures opened", perhaps="opened_at until")


def _numbered(*names: str) -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (sa.Column("seq", WHOLE, nullable=False), *(sa.Column(one, WORDS, nullable=False) for one in names))
