"""Feedback from Parquet files; needs `pip install flywheel-cx[parquet]`."""

from __future__ import annotations

from flywheel.listen.table_format import TableFormat
from flywheel.listen.table_source import TableSource


class ParquetSource(TableSource):
    """A Parquet file, or all files of a folder or a glob."""

    def written(self) -> TableFormat:
        return TableFormat("parquet")
