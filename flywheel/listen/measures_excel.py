"""Measures from sheets of Excel and OpenDocument files."""

from __future__ import annotations

from flywheel.listen.measure_table import MeasureTable
from flywheel.listen.table_format import TableFormat


class MeasuresExcel(MeasureTable):
    """A sheet of measures: the first of each file, or that of a name."""

    sheet: str | None = None

    def written(self) -> TableFormat:
        return TableFormat("excel", sheet=self.sheet)
