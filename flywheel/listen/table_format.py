"""How a table is written, and a page of one; shared by what reads files by the line and what reads them as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator

from flywheel.domain.feedback import SetAside
from flywheel.listen.file_lines import State

Format = Literal["csv", "jsonl", "excel", "parquet"]


def _known(encoding: str) -> str:
    try:
        "a".encode(encoding)
    except (LookupError, ValueError) as error:
        raise ValueError(f"there is no encoding {encoding!r}; usual ones are utf-8, cp1250, cp1252, latin-1") from error
    return encoding


Encoding = Annotated[str, AfterValidator(_known)]
"""The name of an encoding of texts, as Python knows it."""


@dataclass(frozen=True, slots=True)
class TablePage:
    """Some rows of a file as columns, the wanted ones in their order; `state` covers them and all before it."""

    columns: list[list[str]]
    positions: list[str]
    bad: list[SetAside]
    state: State
    file: str = ""
    replaced: bool = False
    """Whether another file of this name was read before."""

    @property
    def rows(self) -> list[list[str]]:
        """Return the same row by row."""
        return list(map(list, zip(*self.columns, strict=True)))


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table is written."""

    format: Format
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    rereads: bool = False
    """Whether rows have no id of their own: then a changed file must be read from its start to count equal rows."""
    also_called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other names of a column."""
    only_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that stand in some files only, with the globs of these."""
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTable:
    """The names of a table's columns and its rows, each as long as the header; `first` is the number of its first."""

    header: list[str]
    rows: Iterator[list[str]]
    first: int
