"""The options that commands share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

Engine = Literal["prefect", "local"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What every command takes."""

    config: Annotated[Path, Parameter(help="The folder of the configuration.")] = Path("config")
    json: Annotated[bool, Parameter(help="Print exactly one JSON document on stdout.", negative=())] = False
    debug: Annotated[bool, Parameter(help="Show where an error arose.", negative=())] = False


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class TurnOptions:
    """What every command takes that turns a flow. Times are ISO 8601; without a zone they are UTC."""

    since: Annotated[datetime | None, Parameter(help="Where the window begins; default: the last one's end.")] = None
    until: Annotated[datetime | None, Parameter(help="Where the window ends; default: now.")] = None
    as_of: Annotated[datetime | None, Parameter(help="The clock of this turn; default: the window's end.")] = None
    steps: Annotated[str | None, Parameter(help="Only these steps, with commas between them.")] = None
    shadow: Annotated[bool, Parameter(help="Decide and record, send nothing.", negative=())] = False
    engine: Annotated[Engine, Parameter(help="As a Prefect flow, or in this process without Prefect.")] = "prefect"


PLAIN = Options()
PLAIN_TURN = TurnOptions()


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment with its zone; one that names none is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def split(names: str | None) -> tuple[str, ...] | None:
    """Return the names between commas; None where nothing was asked for."""
    return None if names is None else tuple(name.strip() for name in names.split(",") if name.strip())
