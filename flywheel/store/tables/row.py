"""What all tables share. Rows never leave the store: they do not validate, and times in them are text.

A time is UTC in ISO 8601 with a fixed width (`2026-03-01T09:00:00.000000Z`), so that text sorts as time does,
on SQLite and PostgreSQL alike. JSON columns are text with sorted keys.
"""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Base of all tables: one metadata with stable constraint names, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)
