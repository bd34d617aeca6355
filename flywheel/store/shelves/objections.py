"""The register of objections, and what the advocate asks the store: what followed plays, and who speaks of what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, text

from flywheel.domain.objecting import Afterwards, Change, Objection, ObjectionWord, Spoken, StandingObjection
from flywheel.store.bulk import among, insert_missing
from flywheel.store.codec import moment, stamp, table, to_json
from flywheel.store.history import WHEN
from flywheel.store.tables import (
    DecisionRow,
    FeedbackRow,
    MentionRow,
    ObjectionEventRow,
    ObjectionRow,
    OutcomeRow,
    PersonRow,
    ReadingRow,
)

_DECISION, _FEEDBACK, _READING = table(DecisionRow), table(FeedbackRow), table(ReadingRow)
_MENTION, _OUTCOME, _PERSON = table(MentionRow), table(OutcomeRow), table(PersonRow)
_COLUMNS, _WORD_COLUMNS = tuple(Objection.model_fields), tuple(ObjectionWord.model_fields)
_TIMES = ("raised_at", "expires", "answered_at")
_MARKS: dict[str, ColumnElement[bool]] = {
    "unhappy": _READING.c.sentiment_label == "negative", "effort": _READING.c.effort == "high",
    "broken": _READING.c.expectation.in_(("broken", "unmet")),
}  # fmt: skip


class ObjectionShelf:
    """What is held against plans, and what named people say to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, objections: Sequence[Objection]) -> None:
        """Write objections down, each once."""
        rows = [tuple(_cell(getattr(one, name)) for name in _COLUMNS) for one in objections]
        insert_missing(self._connection, ObjectionRow, _COLUMNS, rows)

    def note(self, word: ObjectionWord) -> None:
        """Append what somebody says of an objection; the newest word counts."""
        row = tuple(_cell(getattr(word, name)) for name in _WORD_COLUMNS)
        insert_missing(self._connection, ObjectionEventRow, _WORD_COLUMNS, [row])

    def register(self, state: str | None = None) -> list[StandingObjection]:
        """Return the objections as they stand, newest first; only those in a state, if one is named."""
        query = text("""SELECT * FROM v_objection WHERE (CAST(:state AS TEXT) IS NULL OR state = :state)
                        ORDER BY raised_at DESC, id""")
        found = []
        for row in self._connection.execute(query, {"state": state}).mappings():
            values = {name: row[name] for name in StandingObjection.model_fields}
            times = {name: moment(values[name]) if values[name] else None for name in _TIMES}
            found.append(StandingObjection.model_validate(values | times | {"harmed": bool(values["harmed"])}))
        return found

    def find(self, start: str) -> list[StandingObjection]:
        """Return the objections whose id begins so."""
        return [one for one in self.register() if one.id.startswith(start)]

    def overrides_that_harmed(self) -> list[StandingObjection]:
        """Return what was overridden by a named person and was later found to harm."""
        return [one for one in self.register("overridden") if one.harmed]

    def afterwards(self, model: str, left: str, since: datetime, until: datetime) -> list[Afterwards]:
        """Return, per play and arm, for how many of those decided for since a moment it went badly afterwards."""
        treated = and_(_DECISION.c.arm == "default", _DECISION.c.status == "decided")
        held = and_(_DECISION.c.arm == "holdout", _DECISION.c.status == "held out")
        by = (_DECISION.c.play, _DECISION.c.arm, _DECISION.c.person_id)
        first = (
            select(*by, func.min(_DECISION.c.decided_at).label("at"))
            .where(_DECISION.c.decided_at >= stamp(since), or_(treated, held))
            .group_by(*by)
            .subquery("first")
        )
        said = (
            select(_FEEDBACK.c.seq)
            .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model))
            .where(_FEEDBACK.c.person_id == first.c.person_id, first.c.at < WHEN, stamp(until) >= WHEN)
        )
        gone = exists().where(
            _OUTCOME.c.person_id == first.c.person_id, _OUTCOME.c.metric == left, _OUTCOME.c.happened_at > first.c.at
        )
        went = (said.where(_MARKS["effort"]).exists(), said.where(_MARKS["broken"]).exists(), gone)
        arms = (first.c.play, first.c.arm)
        query = select(*arms, func.count(), *(_count(one) for one in went)).group_by(*arms).order_by(*arms)
        return [Afterwards(row[0], row[1], *(int(n) for n in row[2:])) for row in self._connection.execute(query)]

    def spoken(self, change: Change, model: str, own_brand: str, since: datetime) -> list[Spoken]:
        """Return who spoke since a moment, by group: of what a change touches, and of everything else."""
        mentions = exists().where(
            _MENTION.c.feedback_seq == _FEEDBACK.c.seq, _MENTION.c.model == model,
            or_(among(self._connection, _MENTION.c.topic, change.topics),
                among(self._connection, _MENTION.c.touchpoint, change.touchpoints)),
        )  # fmt: skip
        there = among(self._connection, _FEEDBACK.c.touchpoint, change.touchpoints)
        touched = _flag(or_(mentions, there, among(self._connection, _FEEDBACK.c.medium, change.media)))
        said = (
            select(_FEEDBACK.c.person_id, touched.label("touched"),
                   *(_flag(holds).label(name) for name, holds in _MARKS.items()))
            .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model))
            .where(_FEEDBACK.c.brand == own_brand, _FEEDBACK.c.voice == "customer", stamp(since) <= WHEN)
            .where(_FEEDBACK.c.person_id.is_not(None))
            .subquery("said")
        )  # fmt: skip
        by = (said.c.person_id, said.c.touched)
        worst = select(*by, *(func.max(said.c[name]).label(name) for name in _MARKS)).group_by(*by).subquery("worst")
        groups = func.coalesce(_PERSON.c.groups, "[]")
        query = (
            select(groups, worst.c.touched, func.count(), *(func.sum(worst.c[name]) for name in _MARKS))
            .join(_PERSON, _PERSON.c.id == worst.c.person_id, isouter=True)
            .group_by(groups, worst.c.touched)
            .order_by(groups, worst.c.touched)
        )
        rows = self._connection.execute(query)
        return [Spoken(_first(row[0]), bool(row[1]), *(int(n) for n in row[2:])) for row in rows]


def _first(groups: str) -> str:
    return next(iter(json.loads(groups)), "")


def _flag(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return case((holds, 1), else_=0)


def _count(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(_flag(holds))


def _cell(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else to_json(value) if isinstance(value, tuple) else value
