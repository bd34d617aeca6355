"""Feedback from JSON Lines files: one object a line; dotted column names reach into objects."""

from __future__ import annotations

from typing import ClassVar

from flywheel.listen.table_file import Format
from flywheel.listen.table_source import TableSource


class JsonlSource(TableSource):
    """A JSON Lines file, or all files of a glob."""

    format: ClassVar[Format] = "jsonl"
