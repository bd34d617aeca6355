"""When something was said, a column at a time: written as ISO 8601, and the day as the brand's own clock has it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

_WHOLE_DAY = timedelta(days=1) - timedelta(microseconds=1)


def written(said_at: list[datetime | None]) -> list[str]:
    """Return `datetime.isoformat` of each, empty for None; whole seconds of UTC, as most are, are written together."""
    dated = [one for one in said_at if one is not None]
    if any(one.microsecond or one.tzinfo is not UTC for one in dated):
        return [one.isoformat() if one is not None else "" for one in said_at]
    seconds = np.array(list(map(datetime.timestamp, dated))).astype("datetime64[s]")
    texts = iter(np.datetime_as_string(seconds).tolist())
    return [f"{next(texts)}+00:00" if one is not None else "" for one in said_at]


def days_of(said_at: list[datetime | None], moments: list[str], zone: ZoneInfo) -> list[str]:
    """Return the days of some moments, whose ISO 8601 forms are `moments`; that of None is empty."""
    if not {one.tzinfo for one in said_at if one is not None} <= {UTC}:
        return [_day(one, zone) for one in said_at]
    dates = [moment[:10] for moment in moments]
    turns = {one: _turn(one, zone) for one in set(dates)}
    return [
        (turn.before if moment < turn.at else turn.after) if (turn := turns[one]) else _day(at, zone)
        for at, moment, one in zip(said_at, moments, dates, strict=True)
    ]


class _Turn(NamedTuple):
    """When, within a day of UTC, a zone's day turns, and its day before and after; `at` compares with ISO 8601."""

    at: str
    before: str
    after: str


def _turn(day: str, zone: ZoneInfo) -> _Turn | None:
    """Return when the zone's day turns; None for no day, for one on which clocks change, and at the ends of time."""
    if not day:
        return None
    start = datetime.combine(date.fromisoformat(day), time(), UTC)
    try:
        first, last = start.astimezone(zone), (start + _WHOLE_DAY).astimezone(zone)
        offset = first.utcoffset() or timedelta()
        midnight = datetime.combine(last.date(), time(), UTC) - offset
    except OverflowError:
        return None
    if last.utcoffset() != offset:
        return None
    return _Turn(midnight.isoformat()[:-6], first.date().isoformat(), last.date().isoformat())


def _day(said_at: datetime | None, zone: ZoneInfo) -> str:
    if said_at is None:
        return ""
    try:
        return said_at.astimezone(zone).date().isoformat()
    except OverflowError:  # the first or the last day that there is, said in another zone
        return said_at.date().isoformat()
