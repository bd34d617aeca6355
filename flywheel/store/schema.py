"""Which schema a store stands at, and bringing it to ours (Alembic is imported only for that)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from flywheel.errors import StoreError
from flywheel.store.codec import insert_new
from flywheel.store.engine import make_private, open_engines, parse_url
from flywheel.store.faults import translated
from flywheel.store.lease import alone
from flywheel.store.tables import StoreFactRow

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0010"
MIGRATIONS = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str | None:
    """Return the schema version a store stands at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(url_text: str, facts: dict[str, str], target: str = "head") -> tuple[str | None, str | None]:
    """Bring a store to the newest schema and fix `facts` if it is new; return (schema before, schema after).

    All in one transaction: a store stands at the old schema or at the new one, never between.
    """
    url = parse_url(url_text)
    make_private(url)
    writer, reader = open_engines(url)
    try:
        with writer.begin() as connection:
            alone(connection)
            _require_any_text(connection)
            before = revision(connection)
            upgrade(connection, target)
            insert_new(connection, StoreFactRow, [{"name": name, "value": value} for name, value in facts.items()])
            after = revision(connection)
    except SQLAlchemyError as error:
        raise translated(error, url) from None
    finally:
        writer.dispose()
        reader.dispose()
    return before, after


def upgrade(connection: Connection, target: str = "head") -> None:
    """Bring a store to a schema within the caller's transaction."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def is_known(schema: str) -> bool:
    """Return whether this version knows the way from a schema to its own."""
    from alembic.script import ScriptDirectory

    return schema in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


def _require_any_text(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(
            f"The database holds text in {encoding}: create it with `createdb --encoding UTF8 -T template0`."
        )


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
