"""How the sources fare: how much each gave when, what was sent to us, what was set aside and may be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from flywheel.domain.ids import content_id
from flywheel.store.codec import insert_new, moment, stamp, table, upsert
from flywheel.store.tables import InboundRow, SetAsideRow, VolumeRow

_VOLUME, _INBOUND, _ASIDE = table(VolumeRow), table(InboundRow), table(SetAsideRow)
_PAST = 24
"""Turns of a source that are looked back on."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How much that was new a source gave in one turn."""

    rows: int
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that was set aside, with what its source gave, encrypted; None where that was not kept."""

    id: str
    position: str
    reason: str
    raw: str | None


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something that was sent to us, encrypted, in the order in which it came."""

    seq: int
    id: str
    body: str


class SourceShelf:
    """What is known of the sources themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_volume(self, source: str, cycle_id: str, rows: int, at: datetime) -> None:
        """Add to what a source gave in this turn; 0 says that it was heard and gave nothing."""
        value = {"source": source, "cycle_id": cycle_id, "rows": rows, "heard_at": stamp(at)}
        upsert(self._connection, VolumeRow, [value], add=("rows",))

    def volumes(self, source: str, before: datetime) -> list[Volume]:
        """Return what a source gave in its last turns before a moment, oldest first."""
        query = select(_VOLUME.c.rows, _VOLUME.c.heard_at).where(
            _VOLUME.c.source == source, _VOLUME.c.heard_at < stamp(before)
        )
        found = self._connection.execute(query.order_by(_VOLUME.c.heard_at.desc()).limit(_PAST)).all()
        return [Volume(rows, moment(at)) for rows, at in reversed(found)]

    def gave(self, source: str, cycle_id: str) -> int:
        """Return how much that was new a source gave in a turn so far."""
        mine = (_VOLUME.c.source == source, _VOLUME.c.cycle_id == cycle_id)
        return int(
            self._connection.execute(select(func.coalesce(func.sum(_VOLUME.c.rows), 0)).where(*mine)).scalar_one()
        )

    def set_aside(self, source: str) -> list[Kept]:
        """Return what was set aside of a source and has not been replayed, oldest first."""
        names = (_ASIDE.c.id, _ASIDE.c.position, _ASIDE.c.reason, _ASIDE.c.raw)
        mine = (_ASIDE.c.source == source, _ASIDE.c.replayed_at.is_(None))
        rows = self._connection.execute(select(*names).where(*mine).order_by(_ASIDE.c.seen_at, _ASIDE.c.id))
        return [Kept(*row) for row in rows]

    def replayed(self, one: Kept, at: datetime) -> None:
        """Write down that a record could be used after all; what was kept of it is let go."""
        changed = update(_ASIDE).where(_ASIDE.c.id == one.id)
        self._connection.execute(changed.values(raw=None, replayed_at=stamp(at)))

    def receive(self, source: str, key: str, body: str, at: datetime) -> bool:
        """Store what was sent, once per key (the sender's own id of it); return whether it was new.

        `body` is expected encrypted for `inbound_id(source, key)`. The sender is answered after the commit.
        """
        known = inbound_id(source, key)
        if self._connection.execute(select(_INBOUND.c.seq).where(_INBOUND.c.id == known)).first():
            return False
        insert_new(
            self._connection, InboundRow, [{"id": known, "source": source, "received_at": stamp(at), "body": body}]
        )
        return True

    def expire_inbound(self, source: str, read: int, before: datetime) -> None:
        """Forget what was sent to a source before a moment and has been read."""
        past = (_INBOUND.c.source == source, _INBOUND.c.seq <= read, _INBOUND.c.received_at < stamp(before))
        self._connection.execute(delete(_INBOUND).where(*past))

    def inbound(self, source: str, after: int, limit: int) -> Sequence[Inbound]:
        """Return the next of what was sent to a source."""
        names = (_INBOUND.c.seq, _INBOUND.c.id, _INBOUND.c.body)
        query = select(*names).where(_INBOUND.c.source == source, _INBOUND.c.seq > after)
        return [Inbound(*row) for row in self._connection.execute(query.order_by(_INBOUND.c.seq).limit(limit))]


def inbound_id(source: str, key: str) -> str:
    """Return the id of something that was sent to us."""
    return content_id("inbound", source, key)
