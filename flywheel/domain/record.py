"""What every record is: a frozen pydantic model that refuses unknown fields and never prints its input."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


class Record(BaseModel):
    """One fact, validated where it enters; a stage adds a new record and never edits an old one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A time with a zone, kept in UTC."""


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key  # to list all zones would read 600 files
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: write one like Europe/Warsaw or UTC") from None


Zone = Annotated[str, AfterValidator(_zone)]
"""The name of a time zone that exists."""
