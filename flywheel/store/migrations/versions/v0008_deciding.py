"""Cases, challenges and what a decision was weighed by have tables."""

from __future__ import annotations

from alembic import op

from flywheel.store.views import drop_statements

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add to what is there, the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
