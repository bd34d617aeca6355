"""Feedback from JSON Lines files: one object a line; dotted column names reach into objects."""

from __future__ import annotations

from flywheel.listen.table_format import Encoding, TableFormat
from flywheel.listen.table_source import TableSource


class JsonlSource(TableSource):
    """A JSON Lines file, or all files of a folder or a glob; a mark at the start of a file wins over `encoding`."""

    encoding: Encoding = "utf-8-sig"

    def written(self) -> TableFormat:
        return TableFormat("jsonl", self.encoding)
