"""Which schema a store stands at, and bringing it to ours (Alembic is imported only for that)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from flywheel.store.codec import insert_new
from flywheel.store.engine import make_private, open_engines, parse_url, translated
from flywheel.store.tables import StoreFactRow

HEAD = "0002"
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
    from alembic import command
    from alembic.config import Config

    url = parse_url(url_text)
    make_private(url)
    writer, reader = open_engines(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with writer.begin() as connection:
            before = revision(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, target)
            insert_new(connection, StoreFactRow, [{"name": name, "value": value} for name, value in facts.items()])
            after = revision(connection)
    except SQLAlchemyError as error:
        raise translated(error, url) from None
    finally:
        writer.dispose()
        reader.dispose()
    return before, after
