"""The outbox: messages on their way, each state change proved by its fence.

T1 claims, T2 checks everything again and moves to `sending`, T3 writes down the answer; the call itself stands in
no transaction. A message found in `sending` after its holder died was perhaps sent: it is sent again under the
same key where the receiver honours keys, and becomes `unknown` where not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from flywheel.domain.delivery import Receipt
from flywheel.domain.play import Contacted
from flywheel.store import sent_before
from flywheel.store.bulk import among
from flywheel.store.codec import insert_new, moment, stamp, stamp_or_none, table
from flywheel.store.contacted import ON_ITS_WAY, contacts_of
from flywheel.store.tables import AttemptRow, DecisionRow, DeliveryRow, PersonRow

_DELIVERY, _ATTEMPT, _PERSON = table(DeliveryRow), table(AttemptRow), table(PersonRow)


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that has ended, with its answer."""

    number: int
    receipt: Receipt
    finished_at: datetime


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

    def expire(self, now: datetime) -> int:
        """Close messages whose time has passed before they could be sent; return how many."""
        waiting = _DELIVERY.c.status.in_(("pending", "retry_wait", "claimed"))
        late = update(_DELIVERY).where(waiting, _DELIVERY.c.not_after <= stamp(now)).values(status="expired")
        return int(self._connection.execute(late).rowcount)

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
        taken = update(_DELIVERY).where(_DELIVERY.c.id.in_([one.id for one in letters]))
        kept = case((_DELIVERY.c.status == "sending", "sending"), else_="claimed")
        self._connection.execute(taken.values(status=kept, fence=fence))
        return letters

    def start(self, letter: Letter, fence: int, now: datetime) -> int:
        """T2's last word: move to `sending` and write the attempt down before the call; return its number."""
        number = letter.attempts + 1
        mine = (_DELIVERY.c.id == letter.id, _DELIVERY.c.fence == fence, _DELIVERY.c.status.in_(("claimed", "sending")))
        moved = self._connection.execute(update(_DELIVERY).where(*mine).values(status="sending", attempts=number))
        if moved.rowcount != 1:
            return 0
        row = {"delivery_id": letter.id, "number": number, "started_at": stamp(now)}
        self._connection.execute(insert(_ATTEMPT).values(**row))
        return number

    def finish(self, letter: Letter, fence: int, attempt: Attempt, change: dict[str, Any]) -> bool:
        """T3: write down the answer; False when another holder has taken the message meanwhile."""
        times = {name: stamp_or_none(change[name]) for name in ("next_at", "sent_at") if name in change}
        values = change | times
        mine = (_DELIVERY.c.id == letter.id, _DELIVERY.c.fence == fence, _DELIVERY.c.status == "sending")
        if self._connection.execute(update(_DELIVERY).where(*mine).values(**values)).rowcount != 1:
            return False
        told = attempt.receipt.model_dump(include={"answer", "provider_id", "detail"})
        one = (_ATTEMPT.c.delivery_id == letter.id, _ATTEMPT.c.number == attempt.number)
        self._connection.execute(update(_ATTEMPT).where(*one).values(**told, finished_at=stamp(attempt.finished_at)))
        return True

    def put(
        self, letters: Sequence[Letter], fence: int, status: str, error: str, next_at: datetime | None = None
    ) -> None:
        """Move claimed messages aside without an attempt: blocked, suppressed, held for later."""
        values: dict[str, Any] = {"status": status, "error": error}
        if next_at is not None:
            values["next_at"] = stamp(next_at)
        mine = (among(self._connection, _DELIVERY.c.id, [one.id for one in letters]), _DELIVERY.c.fence == fence)
        self._connection.execute(update(_DELIVERY).where(*mine).values(**values))

    def keep_others_out(self, person_id: str) -> None:
        """Let nobody else count this person's contacts until the transaction ends.

        Two that count at once, each without the other's message, would both find room under a cap.
        """
        self._connection.execute(select(_PERSON.c.id).where(_PERSON.c.id == person_id).with_for_update())

    def contacts(self, ids: Sequence[str], now: datetime) -> dict[str, list[tuple[str, Contacted]]]:
        """Return what these persons got of late, or may be getting now, each with its message's id."""
        return contacts_of(self._connection, ids, now, ON_ITS_WAY)

    def statuses(self, cycle_ids: Sequence[str] | None = None) -> Counter[str]:
        """Return how many messages stand in each state, of all cycles or of the decisions of some."""
        query = select(_DELIVERY.c.status, func.count()).group_by(_DELIVERY.c.status)
        if cycle_ids is not None:
            decision = table(DecisionRow)
            query = query.join(decision, decision.c.id == _DELIVERY.c.decision_id).where(
                decision.c.cycle_id.in_(cycle_ids)
            )
        return Counter({status: int(n) for status, n in self._connection.execute(query)})


def _letter(row: Any) -> Letter:
    values = {name: row[name] for name in Letter.__slots__}
    return Letter(**values | {"next_at": moment(row["next_at"]), "not_after": moment(row["not_after"])})
