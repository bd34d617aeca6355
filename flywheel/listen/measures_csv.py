"""Measures from CSV files."""

from __future__ import annotations

from pydantic import Field

from flywheel.listen.measure_table import MeasureTable
from flywheel.listen.table_format import Encoding, TableFormat


class MeasuresCsv(MeasureTable):
    """A CSV file of measures, or all files of a folder or a glob."""

    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def written(self) -> TableFormat:
        return TableFormat("csv", self.encoding, self.delimiter)
