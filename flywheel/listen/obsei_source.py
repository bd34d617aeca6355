"""Feedback that obsei has collected, from the Parquet files of its `parquet` sink; needs `flywheel-cx[parquet]`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import FiniteFloat

from flywheel.domain import obsei
from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.listen.parquet_source import ParquetSource
from flywheel.ports import ProjectPath, Source


class ObseiParquet(Source):
    """A folder of obsei's Parquet files; with its `include_authors` on, one person's words are one history.

    A record that obsei wrote again stands in another file, and is known by its id. `rating_low` and `rating_high` are
    the scale of its ratings.
    """

    path: ProjectPath
    rating_low: FiniteFloat = 1
    rating_high: FiniteFloat = 5

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield what is new; see ParquetSource."""
        shared = {name: getattr(self, name) for name in (*Source.model_fields, "path")}
        yield from ParquetSource.model_validate(shared | {
            "columns": obsei.COLUMNS, "attributes": obsei.ATTRIBUTES,
            "scores": (obsei.rating(self.rating_low, self.rating_high),),
        }).fetch(since)  # fmt: skip
