"""The public views, row by row, for exports and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select, table, text

from flywheel.store.views import VIEWS


class ViewShelf:
    """The views of the contract."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @staticmethod
    def names() -> list[str]:
        """Return the names of all views."""
        return list(VIEWS)

    def rows(self, view: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Return (column names, rows) of a view; raises KeyError for a name that is none."""
        if view not in VIEWS:
            raise KeyError(view)
        result = self._connection.execution_options(yield_per=5_000).execute(text(f"SELECT * FROM {view}"))  # noqa: S608 - a name of ours
        return list(result.keys()), (tuple(row) for row in result)

    def count(self, view: str) -> int:
        """Return how many rows a view has."""
        if view not in VIEWS:
            raise KeyError(view)
        return int(self._connection.execute(select(func.count()).select_from(table(view))).scalar_one())
