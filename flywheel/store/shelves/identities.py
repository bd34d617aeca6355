"""Who is who across sources, and what happened to people in our own operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from flywheel.domain.ids import content_id
from flywheel.store.bulk import among
from flywheel.store.codec import insert_new, stamp, table, upsert
from flywheel.store.tables import FeedbackRow, IdentityRow, OutcomeRow, SignalRow

_IDENTITY, _SIGNAL = table(IdentityRow), table(SignalRow)
_HEARD = (table(FeedbackRow), table(OutcomeRow), _SIGNAL)
"""Where a person's words and deeds stand under the pseudonym that their source gave."""


@dataclass(frozen=True, slots=True)
class Link:
    """`alias` is the pseudonym of a person's id at one source; `person_id` the one by which we know them."""

    source: str
    alias: str
    person_id: str


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A signal about a person whom we know by pseudonym; `key` tells it apart among those of its source."""

    person_id: str
    signal: str
    value: float
    happened_at: datetime
    key: str


class IdentityShelf:
    """Links and signals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def link(self, links: Sequence[Link], at: datetime) -> int:
        """Store links, and put what was heard under an alias under the person; return how many links are new."""
        wanted = {(one.source, one.alias): one for one in links}
        known = {
            (source, alias): person
            for source, alias, person in self._connection.execute(
                select(_IDENTITY.c.source, _IDENTITY.c.alias, _IDENTITY.c.person_id).where(
                    among(self._connection, _IDENTITY.c.alias, [alias for _, alias in wanted])
                )
            )
        }
        new = [one for key, one in wanted.items() if known.get(key) != one.person_id]
        rows = [
            {"source": one.source, "alias": one.alias, "person_id": one.person_id, "linked_at": stamp(at)}
            for one in new
        ]
        upsert(self._connection, IdentityRow, rows)
        for source in sorted({one.source for one in new}):
            was = [known.get((one.source, one.alias), one.alias) for one in new if one.source == source]
            self._move(source, was, [one for one in new if one.source == source])
        return len(new)

    def of(self, source: str, aliases: Sequence[str]) -> dict[str, str]:
        """Return by which pseudonym we know those of a source's persons who are linked."""
        query = select(_IDENTITY.c.alias, _IDENTITY.c.person_id).where(_IDENTITY.c.source == source)
        rows = self._connection.execute(query.where(among(self._connection, _IDENTITY.c.alias, list(aliases))))
        return {str(alias): str(person) for alias, person in rows}

    def add_signals(self, source: str, signals: Sequence[KnownSignal], heard_at: datetime, cycle_id: str) -> int:
        """Store signals, each once; return how many were new."""
        before = self._count(source)
        rows = [
            {"id": content_id("signal", source, one.key), "person_id": one.person_id, "signal": one.signal,
             "value": one.value, "happened_at": stamp(one.happened_at), "source": source, "heard_at": stamp(heard_at),
             "cycle_id": cycle_id}
            for one in signals
        ]  # fmt: skip
        insert_new(self._connection, SignalRow, rows)
        return self._count(source) - before

    def signals(self, ids: Sequence[str], since: datetime, until: datetime) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return what happened to persons in a span: (signal, moment), newest last."""
        query = select(_SIGNAL.c.person_id, _SIGNAL.c.signal, _SIGNAL.c.happened_at).where(
            among(self._connection, _SIGNAL.c.person_id, list(ids)),
            _SIGNAL.c.happened_at >= stamp(since),  # PostgreSQL's BETWEEN takes no collation
            _SIGNAL.c.happened_at <= stamp(until),
        )
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for person, signal, at in self._connection.execute(query.order_by(_SIGNAL.c.happened_at, _SIGNAL.c.id)):
            found[person] = (*found.get(person, ()), (signal, at))
        return found

    def _move(self, source: str, was: Sequence[str], links: Sequence[Link]) -> None:
        """Put what a source told under the persons; `was` is under whom each link's words stand now."""
        to = {old: link.person_id for old, link in zip(was, links, strict=True)}
        for heard in _HEARD:
            theirs = (heard.c.source == source) & among(self._connection, heard.c.person_id, list(to))
            for old in self._connection.execute(select(heard.c.person_id).where(theirs).distinct()).scalars().all():
                here = (heard.c.source == source) & (heard.c.person_id == old)
                self._connection.execute(update(heard).where(here).values(person_id=to[old]))

    def _count(self, source: str) -> int:
        query = select(func.count()).select_from(_SIGNAL).where(_SIGNAL.c.source == source)
        return int(self._connection.execute(query).scalar_one())
