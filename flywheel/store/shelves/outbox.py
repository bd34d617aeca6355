"""The outbox: messages on their way, each state change proved by its fence.

T1 claims, T2 checks everything again and moves to `sending`, T3 writes down the answer; the call itself stands in
no transaction. A message found in `sending` after its holder died was perhaps sent: it is sent again under the
same key where the receiver honours keys, and becomes `unknown` where not. `failed`, `dead`, `expired` and the like
mean that it certainly did not arrive: a message with an earlier attempt in doubt becomes `unknown` in their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, insert, select, update

from flywheel.domain.delivery import Receipt
from flywheel.domain.play import Contacted
from flywheel.store import sent_before
from flywheel.store.bulk import among
from flywheel.store.codec import insert_new, moment, stamp, stamp_or_none, table
from flywheel.store.contacted import (
    ON_ITS_WAY,
    TRIED_AGAIN,
    contacts_of,
    kin_of,
    may_have_arrived,
    may_have_arrived_before,
    with_kin,
)
from flywheel.store.tables import AttemptRow, DecisionRow, DeliveryRow, PersonRow

_DELIVERY, _ATTEMPT, _PERSON = table(DeliveryRow), table(AttemptRow), table(PersonRow)
_NOT_ARRIVED = ("failed", "dead", "cancelled", "suppressed", "expired", "blocked")
_TOO_LATE = "it may have arrived, and its time has passed"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it stands in the outbox."""

    id: str
    decision_id: str
    person_id: str
    play: str
    channel: str
    purpose: str
    key: str
    language: str
    subject: str
    body: str
    payload_hash: str
    status: str
    attempts: int
    next_at: datetime
    not_after: datetime
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that has ended, with its answer and what that means for the message."""

    delivery_id: str
    number: int
    receipt: Receipt
    finished_at: datetime
    change: dict[str, Any]


class OutboxShelf:
    """Messages and their attempts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letters: Sequence[Letter]) -> None:
        """Put messages into the outbox; the same key twice is one message."""
        rows = [
            {name: getattr(one, name) for name in Letter.__slots__}
            | {"next_at": stamp(one.next_at), "not_after": stamp(one.not_after), "fence": 0}
            for one in letters
        ]
        insert_new(self._connection, DeliveryRow, rows)

    def expire(self, now: datetime) -> Counter[str]:
        """Close messages whose time has passed before they could be sent; return how many there are of each state.

        What may have arrived is not sent again so late either: a person looks.
        """
        late = update(_DELIVERY).where(_DELIVERY.c.not_after <= stamp(now))
        doubtful = late.where(_DELIVERY.c.status.in_(("waiting", *TRIED_AGAIN)), may_have_arrived())
        waiting = late.where(_DELIVERY.c.status.in_(("waiting", "pending", "retry_wait", "claimed")))
        unknown = self._connection.execute(doubtful.values(status="unknown", error=_TOO_LATE)).rowcount
        return Counter(unknown=unknown, expired=self._connection.execute(waiting.values(status="expired")).rowcount)

    def doubt(self) -> int:
        """In a restored store, turn what its earlier life may have sent already into `unknown`; return how many."""
        return sent_before.doubt(self._connection)

    def leave_behind(self, fence: int) -> None:
        """Give up what an earlier try of this very step held when the store went away; the next claim takes it."""
        held = (_DELIVERY.c.status.in_(("claimed", "sending")), _DELIVERY.c.fence == fence)
        self._connection.execute(update(_DELIVERY).where(*held).values(fence=0))

    def claim(self, now: datetime, fence: int, limit: int) -> list[Letter]:
        """T1: take what is due, and what a dead holder left behind, under our fence."""
        due = _DELIVERY.c.status.in_(("pending", "retry_wait")) & (_DELIVERY.c.next_at <= stamp(now))
        left = _DELIVERY.c.status.in_(("claimed", "sending")) & (_DELIVERY.c.fence < fence)
        query = select(_DELIVERY).where(due | left).order_by(_DELIVERY.c.next_at, _DELIVERY.c.id).limit(limit)
        query = query.with_for_update(skip_locked=True)  # what another process is just taking is not ours
        letters = [_letter(row) for row in self._connection.execute(query).mappings()]
        taken = update(_DELIVERY).where(among(self._connection, _DELIVERY.c.id, [one.id for one in letters]))
        kept = case((_DELIVERY.c.status == "sending", "sending"), else_="claimed")
        self._connection.execute(taken.values(status=kept, fence=fence))
        return letters

    def start(self, letters: Sequence[Letter], fence: int, now: datetime) -> dict[str, int]:
        """T2's last word: move to `sending`, write the attempts down before the call; return their numbers by id.

        What another run has taken meanwhile has no number.
        """
        mine = (_DELIVERY.c.fence == fence, _DELIVERY.c.status.in_(("claimed", "sending")))
        moved = update(_DELIVERY).where(among(self._connection, _DELIVERY.c.id, [one.id for one in letters]), *mine)
        started = moved.values(status="sending", attempts=_DELIVERY.c.attempts + 1)
        found = self._connection.execute(started.returning(_DELIVERY.c.id, _DELIVERY.c.attempts))
        numbers = {delivery: int(number) for delivery, number in found}
        rows = [{"delivery_id": one, "number": n, "started_at": stamp(now)} for one, n in sorted(numbers.items())]
        if rows:
            self._connection.execute(insert(_ATTEMPT), rows)
        return numbers

    def finish(self, attempts: Sequence[Attempt], fence: int) -> dict[str, str]:
        """T3: write down the answers; return the new states of the messages that no other holder has taken meanwhile.

        One that was refused for good, and that an earlier attempt may have brought there, is in doubt.
        """
        kept: dict[str, str] = {}
        for change, together in _by_change(attempts):
            ours = among(self._connection, _DELIVERY.c.id, [one.delivery_id for one in together])
            mine = (ours, _DELIVERY.c.fence == fence, _DELIVERY.c.status == "sending")
            then = change | {"status": _certainly(change["status"], may_have_arrived_before())}
            moved = update(_DELIVERY).where(*mine).values(**then).returning(_DELIVERY.c.id, _DELIVERY.c.status)
            kept.update((delivery, status) for delivery, status in self._connection.execute(moved))
        rows = [
            one.receipt.model_dump(include={"answer", "provider_id", "detail"})
            | {"finished_at": stamp(one.finished_at), "of": one.delivery_id, "nth": one.number}
            for one in attempts
            if one.delivery_id in kept
        ]
        if rows:
            one_each = (_ATTEMPT.c.delivery_id == bindparam("of"), _ATTEMPT.c.number == bindparam("nth"))
            told: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in ("of", "nth")}
            self._connection.execute(update(_ATTEMPT).where(*one_each).values(**told), rows)
        return kept

    def put(
        self, letters: Sequence[Letter], fence: int, status: str, error: str, next_at: datetime | None = None
    ) -> Counter[str]:
        """Move claimed messages aside without an attempt: blocked, suppressed, held; count their new states."""
        values: dict[str, Any] = {"status": _certainly(status, may_have_arrived()), "error": error}
        if next_at is not None:
            values["next_at"] = stamp(next_at)
        mine = (among(self._connection, _DELIVERY.c.id, [one.id for one in letters]), _DELIVERY.c.fence == fence)
        moved = update(_DELIVERY).where(*mine).values(**values).returning(_DELIVERY.c.status)
        return Counter(self._connection.execute(moved).scalars()) if letters else Counter()

    def keep_others_out(self, ids: Sequence[str]) -> None:
        """Let nobody else count these persons' contacts until the transaction ends.

        Two that count at once, each without the other's message, would both find room under a cap. Always in the
        same order: two that lock several persons never wait for each other in a circle.
        """
        if self._connection.dialect.name != "sqlite":  # there one writer is alone
            everybody = with_kin(ids, self.kin(ids))
            kept = select(_PERSON.c.id).where(among(self._connection, _PERSON.c.id, everybody)).order_by(_PERSON.c.id)
            self._connection.execute(kept.with_for_update())

    def kin(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return under which ids we know each of those persons of whom we know that they have several."""
        return kin_of(self._connection, ids)

    def contacts(self, ids: Sequence[str], now: datetime) -> dict[str, list[tuple[str, Contacted]]]:
        """Return what these persons got of late, or may be getting now, each with its message's id."""
        return contacts_of(self._connection, ids, now, ON_ITS_WAY)

    def left_since(self, at: datetime) -> Counter[str]:
        """Return how many messages have left, or may have, since a moment, by channel."""
        tried = select(_ATTEMPT.c.delivery_id).where(_ATTEMPT.c.started_at >= stamp(at))
        left = _DELIVERY.c.status.in_(ON_ITS_WAY) | may_have_arrived()
        query = select(_DELIVERY.c.channel, func.count()).where(_DELIVERY.c.id.in_(tried), left)
        return Counter({name: int(n) for name, n in self._connection.execute(query.group_by(_DELIVERY.c.channel))})

    def statuses(self, cycle_ids: Sequence[str] | None = None) -> Counter[str]:
        """Return how many messages stand in each state, of all cycles or of the decisions of some."""
        query = select(_DELIVERY.c.status, func.count()).group_by(_DELIVERY.c.status)
        if cycle_ids is not None:
            decision = table(DecisionRow)
            query = query.join(decision, decision.c.id == _DELIVERY.c.decision_id).where(
                decision.c.cycle_id.in_(cycle_ids)
            )
        return Counter({status: int(n) for status, n in self._connection.execute(query)})


def _certainly(status: str, doubt: ColumnElement[bool]) -> Any:
    """Return a state that says that a message did not arrive, or `unknown` where that is not certain."""
    return case((doubt, "unknown"), else_=status) if status in _NOT_ARRIVED else status


def _by_change(attempts: Sequence[Attempt]) -> list[tuple[dict[str, Any], list[Attempt]]]:
    """Return attempts of the same consequence together, with that as it is stored."""
    together: dict[str, tuple[dict[str, Any], list[Attempt]]] = {}
    for one in attempts:
        times = {name: stamp_or_none(one.change[name]) for name in ("next_at", "sent_at") if name in one.change}
        stored = one.change | times
        together.setdefault(repr(sorted(stored.items())), (stored, []))[1].append(one)
    return list(together.values())


def _letter(row: Any) -> Letter:
    values = {name: row[name] for name in Letter.__slots__}
    return Letter(**values | {"next_at": moment(row["next_at"]), "not_after": moment(row["not_after"])})
