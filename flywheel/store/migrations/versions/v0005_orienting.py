"""What orienting and the outer loop keep."""

from __future__ import annotations

from alembic import op

from flywheel.store.views import create_statements, drop_statements

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add to what is there, then make the views anew."""
    for statement in drop_statements():
        op.execute(statement)
    for statement in create_statements():
        op.execute(statement)
