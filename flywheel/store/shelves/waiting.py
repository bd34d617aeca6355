"""Who waits for a decision, what we know of them, and that they wait no longer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.engine import RowMapping

from flywheel.domain.cycle import Cycle
from flywheel.domain.expression import Expression
from flywheel.domain.person import Person
from flywheel.domain.play import Candidate, Occasion, PersonView
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.contacted import COMING, contacts_of
from flywheel.store.mentioned import topics_of
from flywheel.store.occasions import occasion_query, spoken_query, waiting_query
from flywheel.store.shelves.cases import with_open_case
from flywheel.store.shelves.people import PeopleShelf
from flywheel.store.tables import DeliveryRow, FeedbackRow, InboxRow, ReadingRow

_INBOX, _FEEDBACK, _DELIVERY = table(InboxRow), table(FeedbackRow), table(DeliveryRow)
_READING = table(ReadingRow)
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person with something new: its number, and whether a person source has told of them as ours."""

    seq: int
    person_id: str
    known: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to decide on; of most persons of a first import it is enough to know why there is nothing.

    `late` are persons whom a play would fit, had it not happened too long ago for every play; `unfitted` those whom
    none fits. Nothing more is loaded of either.
    """

    candidates: list[Candidate]
    late: list[str]
    unfitted: list[str]


class WaitingShelf:
    """The inbox of Decide, by person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def people(self, model: str, own_brand: str, *, after: str = "", limit: int) -> list[Waiting]:
        """Return the next persons in the order of their ids, ids alone: they are many."""
        rows = self._connection.execute(waiting_query(model, own_brand, after, limit))
        return [Waiting(seq, person, bool(known)) for seq, person, known in rows]

    def who_spoke(self, model: str, own_brand: str, since: datetime, until: datetime) -> list[Waiting]:
        """Return the known persons of ours who said something in a span, whether it was dealt with or not."""
        rows = self._connection.execute(spoken_query(model, own_brand, since, until))
        return [Waiting(seq, person, known=True) for seq, person in rows]

    def of_other_brands(self, cycle_id: str, model: str, own_brand: str) -> int:
        """Return of how many customers of other brands a cycle read something: no play is for them."""
        query = (
            select(func.count(_FEEDBACK.c.person_id.distinct()))
            .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
            .where(_READING.c.cycle_id == cycle_id, _FEEDBACK.c.brand != own_brand, _FEEDBACK.c.voice == "customer")
        )
        return int(self._connection.execute(query).scalar_one())

    def candidates(
        self,
        cycle: Cycle,
        model: str,
        conditions: dict[str, Expression],
        people: Sequence[Waiting],
        *,
        longest: timedelta,
    ) -> Found:
        """Return those whom a play may be meant for, and which; `longest` is how long any play can come too late.

        Without a person source's word about somebody there is no consent either: such persons are left out.
        """
        known = {one.person_id: one.seq for one in people if one.known}
        query = occasion_query(self._connection, cycle.as_of, model, conditions, known)
        oldest, chosen = stamp(cycle.as_of - min(longest, cycle.as_of - _FIRST_MOMENT)), []
        late: list[str] = []
        unfitted: list[str] = []
        for row in self._connection.execute(query).mappings() if known else ():
            fits = tuple(name for name in conditions if row[f"fit_{name}"])
            if fits and row["at"] > oldest:
                chosen.append((row, fits))
            else:
                (late if fits else unfitted).append(row["person_id"])
        return Found(self._viewed(chosen, cycle.as_of, model), late, unfitted)

    def settle(self, people: Sequence[str]) -> None:
        """Take all that these persons said out of the inbox of Decide: it has been dealt with."""
        theirs = select(_FEEDBACK.c.seq).where(among(self._connection, _FEEDBACK.c.person_id, people))
        done = delete(_INBOX).where(_INBOX.c.stage == "decide", _INBOX.c.feedback_seq.in_(theirs))
        self._connection.execute(done)

    def _viewed(
        self, chosen: Sequence[tuple[RowMapping, tuple[str, ...]]], as_of: datetime, model: str
    ) -> list[Candidate]:
        ids, people = [row["person_id"] for row, _ in chosen], PeopleShelf(self._connection)
        consents, reachable = people.consents(ids), people.reachable(ids)
        contacts = contacts_of(self._connection, ids, as_of, COMING)
        waiting = with_open_case(self._connection, ids, as_of)
        topics = topics_of(self._connection, [row["seq"] for row, _ in chosen], model)
        return [
            Candidate(
                view=PersonView(
                    person=_person(row), occasion=_occasion(row, topics.get(row["seq"], ()), as_of),
                    consents=consents.get(person, ()), contacts=tuple(one for _, one in contacts.get(person, ())),
                    reachable=reachable.get(person, ()), open_case=person in waiting,
                ),
                fits=fits,
            )
            for person, (row, fits) in zip(ids, chosen, strict=True)
        ]  # fmt: skip


def _occasion(row: RowMapping, topics: tuple[str, ...], as_of: datetime) -> Occasion:
    at = min(moment(row["at"]), as_of)  # what is dated in the future happened now, at the latest
    return Occasion.model_validate({name: row[name] for name in _OCCASION} | {"at": at, "topics": topics})


def _person(row: RowMapping) -> Person:
    values = {name: row[f"person_{name}"] for name in _PERSON}
    return Person.model_validate(values | {"groups": tuple(json.loads(row["person_groups"]))})


_OCCASION = [name for name in Occasion.model_fields if name not in ("at", "topics")]
_PERSON = [name for name in Person.model_fields if name != "groups"]
