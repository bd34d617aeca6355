"""Alembic's environment: migrations run on the connection that `flywheel.store.schema` opened."""

from alembic import context

from flywheel.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
