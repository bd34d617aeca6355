"""What migrations write columns and tables with: one way of storing words and whole numbers on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLOAT = sa.Float()


def make_table(
    name: str, keys: tuple[str, ...], *, words: str = "", whole: str = "", floats: str = "", perhaps: str = ""
) -> None:
    """Create a table from the names of its columns by kind, split at blanks; `perhaps` are words that may be NULL."""
    columns: list[sa.Column[Any]] = [sa.Column(one, WORDS, nullable=False) for one in words.split()]
    columns += [sa.Column(one, WHOLE, nullable=False, autoincrement=False) for one in whole.split()]
    columns += [sa.Column(one, FLOAT, nullable=False) for one in floats.split()]
    columns += [sa.Column(one, WORDS, nullable=True) for one in perhaps.split()]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"))
