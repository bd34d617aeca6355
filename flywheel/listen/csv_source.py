"""Feedback from CSV files."""

from __future__ import annotations

from typing import ClassVar

from flywheel.listen.table_file import Format
from flywheel.listen.table_source import TableSource


class CsvSource(TableSource):
    """A CSV file, or all files of a glob."""

    format: ClassVar[Format] = "csv"
