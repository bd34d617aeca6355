"""Feedback from CSV files."""

from __future__ import annotations

from pydantic import Field

from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.listen.table_source import TableSource


class CsvSource(TableSource):
    """A CSV file, or all files of a folder or a glob; a mark at the start of a file wins over `encoding`."""

    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def written(self) -> TableFormat:
        return TableFormat("csv", self.encoding, self.delimiter)
