"""Persons, the consent ledger, encrypted contacts, and what is foreseen for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.engine import RowMapping

from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_id
from flywheel.domain.person import Consent, Person
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.summary import PredictionSummary
from flywheel.store.bulk import among, insert_rows
from flywheel.store.codec import insert_new, moment, stamp, table, to_json, upsert
from flywheel.store.past import histories, lately
from flywheel.store.tables import ConsentRow, ContactRow, FeedbackRow, PersonRow, PredictionRow, ReadingRow

_PERSON, _CONSENT, _CONTACT = table(PersonRow), table(ConsentRow), table(ContactRow)
_FEEDBACK, _READING, _PREDICTION = table(FeedbackRow), table(ReadingRow), table(PredictionRow)
_PREDICTION_COLUMNS = (
    "person_id", "kind", "cycle_id", "value", "low", "high", "as_of", "model", "drivers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with what came with them; `contacts` are (channel, encrypted address)."""

    person: Person
    consents: tuple[Consent, ...]
    contacts: tuple[tuple[str, str], ...]


class PeopleShelf:
    """Who people are to us."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source: str, people: Sequence[KnownPerson], at: datetime) -> None:
        """Store persons as a source tells them now; consents are appended, never changed."""
        when = stamp(at)
        upsert(self._connection, PersonRow, [_person_row(one.person, source, when) for one in people])
        consents = [(one.person.id, line) for one in people for line in one.consents]
        insert_new(
            self._connection, ConsentRow, [_consent_row(person, line, source, when) for person, line in consents]
        )
        contacts = [
            {"person_id": one.person.id, "channel": channel, "address": address, "updated_at": when}
            for one in people
            for channel, address in one.contacts
        ]
        upsert(self._connection, ContactRow, contacts)

    def count(self, brand: str) -> int:
        """Return how many persons of a brand are known."""
        query = select(func.count()).select_from(_PERSON).where(_PERSON.c.brand == brand)
        return int(self._connection.execute(query).scalar_one())

    def persons(self, ids: Sequence[str]) -> dict[str, Person]:
        """Return those of the persons that are known."""
        rows = self._connection.execute(select(_PERSON).where(among(self._connection, _PERSON.c.id, ids))).mappings()
        return {row["id"]: _person(row) for row in rows}

    def consents(self, ids: Sequence[str]) -> dict[str, tuple[Consent, ...]]:
        """Return each person's newest word per channel and purpose."""
        newest: dict[str, dict[tuple[str, str], Consent]] = {}
        names = (_CONSENT.c.person_id, _CONSENT.c.channel, _CONSENT.c.purpose, _CONSENT.c.granted, _CONSENT.c.at)
        query = (
            select(*names)
            .where(among(self._connection, _CONSENT.c.person_id, ids))
            .order_by(_CONSENT.c.at, _CONSENT.c.granted.desc())
        )
        for person, channel, purpose, granted, at in self._connection.execute(query):
            line = Consent(channel=channel, purpose=purpose, granted=bool(granted), at=moment(at))
            newest.setdefault(person, {})[channel, purpose] = line
        return {person: tuple(lines.values()) for person, lines in newest.items()}

    def reachable(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return on which channels we have an address of each person."""
        channels: dict[str, tuple[str, ...]] = {}
        query = select(_CONTACT.c.person_id, _CONTACT.c.channel).order_by(_CONTACT.c.channel)
        for person, channel in self._connection.execute(
            query.where(among(self._connection, _CONTACT.c.person_id, ids))
        ):
            channels[person] = (*channels.get(person, ()), channel)
        return channels

    def addresses(self, ids: Sequence[str], channel: str) -> dict[str, str]:
        """Return the encrypted addresses of persons on a channel; for Act alone."""
        query = select(_CONTACT.c.person_id, _CONTACT.c.address)
        found = query.where(among(self._connection, _CONTACT.c.person_id, ids), _CONTACT.c.channel == channel)
        return {str(person): str(address) for person, address in self._connection.execute(found)}

    def heard(self, cycle: Cycle, model: str, brand: str) -> list[str]:
        """Return the ids of our own brand's persons of whom this cycle read something."""
        query = (
            select(_FEEDBACK.c.person_id)
            .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq)
            .where(_READING.c.cycle_id == cycle.id, _READING.c.model == model, _FEEDBACK.c.brand == brand)
            .where(_FEEDBACK.c.person_id.is_not(None), _FEEDBACK.c.voice == "customer")
            .distinct()
            .order_by(_FEEDBACK.c.person_id)
        )
        return list(self._connection.execute(query).scalars())

    def histories(self, ids: Sequence[str], cycle: Cycle, model: str) -> list[PersonHistory]:
        """Return the past of those of the persons who said something in the last 90 days, with what they said last."""
        whom = among(self._connection, _FEEDBACK.c.person_id, ids)
        said = lately(self._connection, ids, cycle.as_of, model)
        return [
            one.model_copy(update={"lately": said.get(one.person_id, ())})
            for one in histories(self._connection, whom, cycle.as_of, model)
        ]

    def add_predictions(self, cycle: Cycle, predictions: Sequence[Prediction]) -> None:
        """Store what this cycle foresees, in place of what it foresaw of the same persons before."""
        told = {(one.person_id, one.kind): one for one in predictions}
        again = among(self._connection, _PREDICTION.c.person_id, list({person for person, _ in told}))
        kinds = _PREDICTION.c.kind.in_({kind for _, kind in told})
        self._connection.execute(delete(_PREDICTION).where(again, kinds, _PREDICTION.c.cycle_id == cycle.id))
        moments = {at: stamp(at) for at in {one.as_of for one in told.values()}}
        words = {drivers: to_json(drivers) for drivers in {one.drivers for one in told.values()}}
        rows = [
            (one.person_id, one.kind, cycle.id, one.value, one.low, one.high, moments[one.as_of], one.model,
             words[one.drivers])
            for one in told.values()
        ]  # fmt: skip
        insert_rows(self._connection, PredictionRow, _PREDICTION_COLUMNS, rows)

    def foreseen(self, cycle_ids: Sequence[str], kind: str, threshold: float) -> PredictionSummary | None:
        """Return the newest prediction of each person in some cycles, in sums; None where there is none.

        `drivers` are those of the persons at or above the threshold.
        """
        place = func.row_number().over(partition_by=_PREDICTION.c.person_id, order_by=_PREDICTION.c.as_of.desc())
        theirs = (_PREDICTION.c.cycle_id.in_(cycle_ids), _PREDICTION.c.kind == kind)
        names = (_PREDICTION.c.value, _PREDICTION.c.model, _PREDICTION.c.drivers)
        placed = select(*names, place.label("place")).where(*theirs).subquery("placed")
        value, by = placed.c.value, (placed.c.model, placed.c.drivers)
        query = select(
            *by, func.count(), func.sum(value), func.sum(value * value), func.max(value),
            func.sum(case((value >= threshold, 1), else_=0)),
        ).where(placed.c.place == 1)  # fmt: skip
        groups = self._connection.execute(query.group_by(*by).order_by(*by)).all()
        return _foreseen([_Foreseen(*group) for group in groups]) if groups else None


class _Foreseen(NamedTuple):
    """Persons of whom one model foresees something for the same reasons."""

    model: str
    drivers: str
    n: int
    total: float
    squares: float
    highest: float
    above: int


def _foreseen(groups: list[_Foreseen]) -> PredictionSummary:
    n = sum(group.n for group in groups)
    mean = sum(group.total for group in groups) / n
    spread = max(sum(group.squares for group in groups) - n * mean * mean, 0.0) / max(n - 1, 1)
    drivers: Counter[str] = Counter()
    for group in groups:
        drivers.update(dict.fromkeys(json.loads(group.drivers) if group.above else (), int(group.above)))
    return PredictionSummary(
        n=n, mean=mean, standard_error=sqrt(spread / n), above=sum(group.above for group in groups),
        model=max(groups, key=lambda group: group.highest).model, drivers=dict(drivers.most_common()),
    )  # fmt: skip


def _person_row(person: Person, source: str, at: str) -> dict[str, object]:
    return person.model_dump() | {"groups": to_json(person.groups), "source": source, "updated_at": at}


def _person(row: RowMapping) -> Person:
    values = {name: row[name] for name in Person.model_fields if name != "groups"}
    return Person(**values, groups=tuple(json.loads(row["groups"])))


def _consent_row(person_id: str, line: Consent, source: str, recorded_at: str) -> dict[str, object]:
    at = stamp(line.at)
    return {
        "id": content_id("consent", person_id, line.channel, line.purpose, str(line.granted), at),
        "person_id": person_id, "channel": line.channel, "purpose": line.purpose, "granted": int(line.granted),
        "at": at, "source": source, "recorded_at": recorded_at,
    }  # fmt: skip
