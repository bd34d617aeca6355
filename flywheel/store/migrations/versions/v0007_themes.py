"""Themes that nobody listed have a table."""

from __future__ import annotations

from alembic import op

from flywheel.store.migrations.making import make_table
from flywheel.store.views import drop_statements

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add to what is there, the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    make_table(
        "theme", ("cycle_id", "id"), words="cycle_id id brand voice language name state came_from words examples",
        whole="period n", floats="share", perhaps="listed",
    )  # fmt: skip
