"""What learning keeps from cycle to cycle."""

from __future__ import annotations

from alembic import op

from flywheel.store.views import drop_statements

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add to what is there; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
