"""Channels that rest: after so many failures in a row nothing is tried for a while, then one message is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import RowMapping

from flywheel.store.codec import moment, stamp, stamp_or_none, table, upsert
from flywheel.store.tables import BreakerRow

_BREAKER = table(BreakerRow)


class Breaker(NamedTuple):
    """How a channel does: failures in a row, how often it had to rest, and until when it rests (None: it does not)."""

    channel: str
    failures: int = 0
    opened: int = 0
    opened_at: datetime | None = None
    until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Return whether nothing may be tried now; past `until`, one message at a time is."""
        return self.until is not None and self.until > now


class BreakerShelf:
    """How channels do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self) -> dict[str, Breaker]:
        """Return the channels that rest, or that are being tried again."""
        rows = self._connection.execute(select(_BREAKER).where(_BREAKER.c.until.is_not(None))).mappings()
        return {row["channel"]: _breaker(row) for row in rows}

    def of(self, channel: str) -> Breaker:
        """Return how a channel does."""
        row = self._connection.execute(select(_BREAKER).where(_BREAKER.c.channel == channel)).mappings().first()
        return Breaker(channel) if row is None else _breaker(row)

    def try_one(self, breaker: Breaker, until: datetime) -> bool:
        """Take the one trial of a channel that has rested, so that nobody else tries before `until`."""
        same = (_BREAKER.c.channel == breaker.channel, _BREAKER.c.until == stamp_or_none(breaker.until))
        taken = self._connection.execute(update(_BREAKER).where(*same).values(until=stamp(until)))
        return taken.rowcount == 1

    def note(self, breaker: Breaker, went_well: Sequence[bool], now: datetime, *, after: int, rest: timedelta) -> None:
        """Count what came of attempts: `after` failures in a row open it for `rest`, one that went well closes it."""
        found = breaker
        for well in went_well:
            if well:
                found = found._replace(failures=0, until=None)
                continue
            found = found._replace(failures=found.failures + 1)
            if found.until is None and found.failures >= after:
                found = found._replace(opened=found.opened + 1, opened_at=now, until=now + rest)
        if found != breaker:
            row = found._asdict() | {"opened_at": stamp_or_none(found.opened_at), "until": stamp_or_none(found.until)}
            upsert(self._connection, BreakerRow, [row])


def _breaker(row: RowMapping) -> Breaker:
    times = {name: None if row[name] is None else moment(row[name]) for name in ("opened_at", "until")}
    return Breaker(row["channel"], row["failures"], row["opened"], **times)
