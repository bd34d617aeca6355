"""${message}."""

import sqlalchemy as sa
from alembic import op

from flywheel.store.views import create_statements, drop_statements

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    for statement in drop_statements():
        op.execute(statement)
    ${upgrades if upgrades else "pass"}
    for statement in create_statements():
        op.execute(statement)
