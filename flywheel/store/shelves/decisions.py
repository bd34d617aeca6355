"""Occasions that wait for a decision, and the decisions with all their verdicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.engine import RowMapping

from flywheel.domain.cycle import Cycle
from flywheel.domain.expression import Expression
from flywheel.domain.play import Candidate, Contacted, Decision, Occasion, PersonView, Verdict
from flywheel.store.codec import insert_new, moment, parts, stamp, stamp_or_none, table, to_json
from flywheel.store.occasions import occasion_query
from flywheel.store.shelves.people import PeopleShelf
from flywheel.store.tables import DecisionRow, DeliveryRow, FeedbackRow, InboxRow, MentionRow, VerdictRow

_DECISION, _VERDICT, _DELIVERY = table(DecisionRow), table(VerdictRow), table(DeliveryRow)
_INBOX, _FEEDBACK, _MENTION = table(InboxRow), table(FeedbackRow), table(MentionRow)
_CONTACT_STATES = ("claimed", "sending", "sent", "unknown", "pending", "retry_wait")
_CONTACT_DAYS = 90


class DecisionShelf:
    """What was decided, for whom, and why."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(
        self, cycle: Cycle, model: str, conditions: dict[str, Expression], own_brand: str
    ) -> tuple[list[Candidate], list[str]]:
        """Return persons with something new and the plays that fit each; and those of whom nothing is known.

        Without a person source's word about somebody there is no consent either: they are counted, not meant.
        """
        query = occasion_query(cycle.as_of, model, conditions)
        rows = self._connection.execute(query).mappings().all()
        ids = [row["person_id"] for row in rows]
        people = PeopleShelf(self._connection)
        persons = {one.id: one for one in people.persons(ids).values() if one.brand == own_brand}
        consents, reachable, contacts = people.consents(ids), people.reachable(ids), self._contacts(ids, cycle.as_of)
        topics = self._topics([row["seq"] for row in rows], model)
        found = []
        for row in rows:
            person = persons.get(row["person_id"])
            if person is None:
                continue
            view = PersonView(
                person=person, occasion=_occasion(row, topics.get(row["seq"], ()), cycle.as_of),
                consents=consents.get(person.id, ()), contacts=contacts.get(person.id, ()),
                reachable=reachable.get(person.id, ()),
            )  # fmt: skip
            found.append(Candidate(view=view, fits=tuple(name for name in conditions if row[f"fit_{name}"])))
        return found, [one for one in ids if one not in persons]

    def add(self, decisions: Sequence[Decision]) -> int:
        """Store decisions with their verdicts, each once; return how many are new."""
        before = self._count()
        insert_new(self._connection, DecisionRow, [_decision_row(one) for one in decisions])
        verdicts = [
            verdict.model_dump() | {"decision_id": one.id, "not_before": stamp_or_none(verdict.not_before)}
            for one in decisions
            for verdict in one.verdicts
        ]
        insert_new(self._connection, VerdictRow, verdicts)
        return self._count() - before

    def settle(self, people: Sequence[str]) -> None:
        """Take all that these persons said out of the inbox of Decide: it has been dealt with."""
        for part in parts(people):
            theirs = select(_FEEDBACK.c.seq).where(_FEEDBACK.c.person_id.in_(part))
            done = delete(_INBOX).where(_INBOX.c.stage == "decide", _INBOX.c.feedback_seq.in_(theirs))
            self._connection.execute(done)

    def of(self, cycle_ids: Sequence[str]) -> list[Decision]:
        """Return the decisions of some cycles in a stable order."""
        query = select(_DECISION).where(_DECISION.c.cycle_id.in_(cycle_ids)).order_by(_DECISION.c.id)
        rows = self._connection.execute(query).mappings().all()
        verdicts = self._verdicts([row["id"] for row in rows])
        return [_decision(row, verdicts.get(row["id"], ())) for row in rows]

    def undelivered(self, now: datetime) -> list[Decision]:
        """Return decisions whose time has not passed and for which no message stands in the outbox yet."""
        recent = stamp(now - timedelta(days=_CONTACT_DAYS))
        query = (
            select(_DECISION)
            .join(_DELIVERY, _DELIVERY.c.decision_id == _DECISION.c.id, isouter=True)
            .where(_DECISION.c.status.in_(("decided", "shadow")), _DELIVERY.c.id.is_(None))
            .where(_DECISION.c.decided_at >= recent, _DECISION.c.not_after > stamp(now))
            .order_by(_DECISION.c.id)
        )
        return [_decision(row, ()) for row in self._connection.execute(query).mappings()]

    def occasions(self, decisions: Sequence[Decision], model: str) -> dict[str, tuple[tuple[str, ...], str]]:
        """Return (topics, touchpoint) of the occasion of each decision, by the decision's id."""
        wanted: dict[str, tuple[int, str]] = {}
        for part in parts([one.occasion for one in decisions]):
            query = select(_FEEDBACK.c.id, _FEEDBACK.c.seq, _FEEDBACK.c.touchpoint).where(_FEEDBACK.c.id.in_(part))
            wanted.update((one, (seq, touchpoint)) for one, seq, touchpoint in self._connection.execute(query))
        topics = self._topics([seq for seq, _ in wanted.values()], model)
        found = {}
        for one in decisions:
            seq, touchpoint = wanted.get(one.occasion, (0, ""))
            found[one.id] = (topics.get(seq, ()), touchpoint)
        return found

    def _contacts(self, ids: Sequence[str], as_of: datetime) -> dict[str, tuple[Contacted, ...]]:
        since = stamp(as_of - timedelta(days=_CONTACT_DAYS))
        found: dict[str, tuple[Contacted, ...]] = {}
        for part in parts(ids):
            at = func.coalesce(_DELIVERY.c.sent_at, _DELIVERY.c.next_at).label("at")
            query = select(_DELIVERY.c.person_id, at, _DELIVERY.c.channel, _DELIVERY.c.purpose, _DELIVERY.c.play)
            query = query.where(_DELIVERY.c.person_id.in_(part), _DELIVERY.c.status.in_(_CONTACT_STATES), at >= since)
            for row in self._connection.execute(query.order_by(at)).mappings():
                one = Contacted(at=moment(row["at"]), channel=row["channel"], purpose=row["purpose"], play=row["play"])
                found[row["person_id"]] = (*found.get(row["person_id"], ()), one)
        return found

    def _topics(self, seqs: Sequence[int], model: str) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for part in parts(seqs):
            query = select(_MENTION.c.feedback_seq, _MENTION.c.topic).where(_MENTION.c.feedback_seq.in_(part))
            query = query.where(_MENTION.c.model == model).order_by(_MENTION.c.topic)
            for seq, topic in self._connection.execute(query):
                found[seq] = (*found.get(seq, ()), topic)
        return found

    def _verdicts(self, ids: Sequence[str]) -> dict[str, tuple[Verdict, ...]]:
        found: dict[str, tuple[Verdict, ...]] = {}
        for part in parts(ids):
            query = select(_VERDICT).where(_VERDICT.c.decision_id.in_(part)).order_by(_VERDICT.c.policy)
            for row in self._connection.execute(query).mappings():
                later = None if row["not_before"] is None else moment(row["not_before"])
                one = Verdict(policy=row["policy"], ruling=row["ruling"], reason=row["reason"], not_before=later)
                found[row["decision_id"]] = (*found.get(row["decision_id"], ()), one)
        return found

    def _count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(_DECISION)).scalar_one())


def _occasion(row: RowMapping, topics: tuple[str, ...], as_of: datetime) -> Occasion:
    names = [name for name in Occasion.model_fields if name not in ("at", "topics")]
    at = min(moment(row["at"]), as_of)  # what is dated in the future happened now, at the latest
    return Occasion(**{name: row[name] for name in names}, at=at, topics=topics)


def _decision_row(one: Decision) -> dict[str, Any]:
    values = one.model_dump(exclude={"verdicts"})
    for name in ("reasons", "learnings", "settings", "changed_by"):
        values[name] = to_json(values[name])
    for name in ("occasion_at", "decided_at", "not_before", "not_after"):
        values[name] = stamp_or_none(values[name])
    return values


def _decision(row: RowMapping, verdicts: tuple[Verdict, ...]) -> Decision:
    values: dict[str, Any] = dict(row)
    for name in ("reasons", "learnings", "settings", "changed_by"):
        values[name] = tuple(json.loads(values[name]))
    for name in ("occasion_at", "decided_at", "not_before", "not_after"):
        values[name] = None if values[name] is None else moment(values[name])
    return Decision(**values, verdicts=verdicts)
