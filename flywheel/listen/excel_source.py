"""Feedback from sheets: Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods)."""

from __future__ import annotations

from flywheel.listen.table_format import TableFormat
from flywheel.listen.table_source import TableSource


class ExcelSource(TableSource):
    """A sheet of a file, or of all files of a folder or a glob: the first one, or that of a name."""

    sheet: str | None = None

    def written(self) -> TableFormat:
        return TableFormat("excel", sheet=self.sheet)
