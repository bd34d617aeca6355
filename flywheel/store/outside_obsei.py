"""Feedback that obsei has collected, from the table that its `sql` sink keeps in any database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field, FiniteFloat, SecretStr

from flywheel.domain import obsei
from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.ports import Source
from flywheel.store.outside import SqlSource

_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"


class ObseiSql(Source):
    """obsei's table; with its `include_authors` on, one person's words are one history.

    The table does not say when a record came or was changed, so all of it is read whenever any has; what is known is
    known by its id. `rating_low` and `rating_high` are the scale of its ratings.
    """

    overlaps: ClassVar[bool] = True

    url: SecretStr
    table: str = Field(default=obsei.TABLE, pattern=_NAME)
    schema_name: str | None = Field(default=None, pattern=_NAME)
    rating_low: FiniteFloat = 1
    rating_high: FiniteFloat = 5

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield what is new or has changed; see SqlSource."""
        yield from self._sql().fetch(since)

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a record says that was set aside."""
        return self._sql().parse(raw)

    def _sql(self) -> SqlSource:
        names = ", ".join((*obsei.COLUMNS.values(), obsei.RATING, *obsei.ATTRIBUTES))
        place = f'"{self.schema_name}".{self.table}' if self.schema_name else self.table
        return SqlSource.model_validate({name: getattr(self, name) for name in Source.model_fields} | {
            "url": self.url, "query": f"SELECT {names} FROM {place} ORDER BY created_at, id",  # noqa: S608 - names only
            "columns": obsei.COLUMNS, "attributes": obsei.ATTRIBUTES,
            "scores": (obsei.rating(self.rating_low, self.rating_high),),
        })  # fmt: skip
