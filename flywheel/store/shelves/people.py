"""Persons, the consent ledger, encrypted contacts, and what is foreseen for each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.engine import RowMapping

from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_id
from flywheel.domain.person import Consent, Person
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.store.codec import insert_new, moment, parts, stamp, table, to_json, upsert
from flywheel.store.history import person_history
from flywheel.store.tables import ConsentRow, ContactRow, FeedbackRow, PersonRow, PredictionRow, ReadingRow

_PERSON, _CONSENT, _CONTACT = table(PersonRow), table(ConsentRow), table(ContactRow)
_FEEDBACK, _READING, _PREDICTION = table(FeedbackRow), table(ReadingRow), table(PredictionRow)


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

    def persons(self, ids: Sequence[str]) -> dict[str, Person]:
        """Return those of the persons that are known."""
        found: dict[str, Person] = {}
        for part in parts(ids):
            rows = self._connection.execute(select(_PERSON).where(_PERSON.c.id.in_(part))).mappings()
            found.update((row["id"], _person(row)) for row in rows)
        return found

    def consents(self, ids: Sequence[str]) -> dict[str, tuple[Consent, ...]]:
        """Return each person's newest word per channel and purpose."""
        newest: dict[str, dict[tuple[str, str], Consent]] = {}
        for part in parts(ids):
            query = (
                select(_CONSENT)
                .where(_CONSENT.c.person_id.in_(part))
                .order_by(_CONSENT.c.at, _CONSENT.c.granted.desc())
            )
            for row in self._connection.execute(query).mappings():
                line = Consent(
                    channel=row["channel"], purpose=row["purpose"], granted=bool(row["granted"]), at=moment(row["at"])
                )
                newest.setdefault(row["person_id"], {})[line.channel, line.purpose] = line
        return {person: tuple(lines.values()) for person, lines in newest.items()}

    def reachable(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return on which channels we have an address of each person."""
        channels: dict[str, tuple[str, ...]] = {}
        for part in parts(ids):
            query = select(_CONTACT.c.person_id, _CONTACT.c.channel).where(_CONTACT.c.person_id.in_(part))
            for person, channel in self._connection.execute(query.order_by(_CONTACT.c.channel)):
                channels[person] = (*channels.get(person, ()), channel)
        return channels

    def address(self, person_id: str, channel: str) -> str | None:
        """Return a person's encrypted address; for Act alone."""
        query = select(_CONTACT.c.address).where(_CONTACT.c.person_id == person_id, _CONTACT.c.channel == channel)
        return self._connection.execute(query).scalar()

    def histories(self, cycle: Cycle, model: str, brand: str) -> list[PersonHistory]:
        """Return the past of our own brand's persons of whom this cycle read something."""
        heard = (
            select(_FEEDBACK.c.person_id)
            .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq)
            .where(_READING.c.cycle_id == cycle.id, _READING.c.model == model, _FEEDBACK.c.brand == brand)
            .where(_FEEDBACK.c.person_id.is_not(None), _FEEDBACK.c.voice == "customer")
            .distinct()
            .subquery("heard")
        )
        past = person_history(model, cycle.as_of, heard)
        query = (
            select(past, _PERSON.c.tenure_days, _PERSON.c.value)
            .join(_PERSON, _PERSON.c.id == past.c.person_id, isouter=True)
            .order_by(past.c.person_id)
        )
        return [PersonHistory(**row, as_of=cycle.as_of) for row in self._connection.execute(query).mappings()]

    def add_predictions(self, cycle: Cycle, predictions: Sequence[Prediction]) -> None:
        """Store what this cycle foresees."""
        rows = [
            one.model_dump() | {"cycle_id": cycle.id, "as_of": stamp(one.as_of), "drivers": to_json(one.drivers)}
            for one in predictions
        ]
        upsert(self._connection, PredictionRow, rows)

    def predictions(self, cycle_ids: Sequence[str]) -> list[Prediction]:
        """Return the predictions of some cycles, highest first, the newest of each person and kind."""
        query = select(_PREDICTION).where(_PREDICTION.c.cycle_id.in_(cycle_ids)).order_by(_PREDICTION.c.as_of)
        newest: dict[tuple[str, str], Prediction] = {}
        for row in self._connection.execute(query).mappings():
            values = {name: row[name] for name in Prediction.model_fields if name not in ("as_of", "drivers")}
            one = Prediction(**values, as_of=moment(row["as_of"]), drivers=tuple(json.loads(row["drivers"])))
            newest[one.person_id, one.kind] = one
        return sorted(newest.values(), key=lambda one: (-one.value, one.person_id))


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
