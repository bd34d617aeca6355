"""What all tables share. Rows never leave the store: they do not validate, and times in them are text.

A time is UTC in ISO 8601 with a fixed width (`2026-03-01T09:00:00.000000Z`), so that text sorts as time does,
on SQLite and PostgreSQL alike. JSON columns are text with sorted keys.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Row(SQLModel):
    """Base of all tables: one metadata with stable constraint names, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class Words(TypeDecorator[str]):
    """Text that both databases hold and sort alike: by its code points, whatever the locale of the database.

    PostgreSQL takes no NUL, and no database a lone surrogate: the first is left out, the second replaced.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return _UNSTORABLE.sub(lambda match: "" if match.group() == "\x00" else "\ufffd", value)


WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits; SQLite's INTEGER is that, and only INTEGER numbers its own rows."""


def make_alike(metadata: MetaData) -> None:
    """Give every column the type that means the same on both databases."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, AutoString):
                column.type = Words()
            elif type(column.type) is Integer:
                column.type = WHOLE
