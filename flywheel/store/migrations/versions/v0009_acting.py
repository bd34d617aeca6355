"""Approvals by accounts, breakers and canaries have tables."""

from __future__ import annotations

from alembic import op

from flywheel.store.views import create_statements, drop_statements

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add to what is there, then make the views anew."""
    for statement in drop_statements():
        op.execute(statement)
    for statement in create_statements():
        op.execute(statement)
