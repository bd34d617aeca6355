"""What the wheel is judged by: who got what, what was foreseen and came true, and the last words of those who left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select

from flywheel.store.codec import moment, stamp, table
from flywheel.store.history import WHEN
from flywheel.store.mentioned import topics_of
from flywheel.store.tables import CycleRow, DecisionRow, FeedbackRow, OutcomeRow, PersonRow, PredictionRow

_DECISION, _PERSON, _OUTCOME = table(DecisionRow), table(PersonRow), table(OutcomeRow)
_PREDICTION, _CYCLE, _FEEDBACK = table(PredictionRow), table(CycleRow), table(FeedbackRow)


class Cared(NamedTuple):
    """How many people with the same groups and language got decisions that ended alike."""

    groups: tuple[str, ...]
    language: str
    status: str
    people: int


class Cohort(NamedTuple):
    """What was foreseen of some people in a cycle, and whether it happened within the time given."""

    as_of: datetime
    model: str
    risks: list[float]
    happened: list[bool]


class Word(NamedTuple):
    """What a person said last: when, on what topics, and by what they are matched; `left_at` where they left."""

    person: str
    at: datetime
    groups: tuple[str, ...]
    language: str
    tenure_days: int | None
    topics: tuple[str, ...]
    left_at: datetime | None


class AppraisedShelf:
    """Facts about the wheel's own work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cared(self, since: datetime, until: datetime) -> list[Cared]:
        """Return what was decided for people in a span, by their groups and language; each once for each ending."""
        query = (
            select(_PERSON.c.groups, _PERSON.c.language, _DECISION.c.status, func.count(_PERSON.c.id.distinct()))
            .join(_PERSON, _PERSON.c.id == _DECISION.c.person_id)
            .where(_DECISION.c.decided_at > stamp(since), _DECISION.c.decided_at <= stamp(until))
            .where(_DECISION.c.status != "shadow")
            .group_by(_PERSON.c.groups, _PERSON.c.language, _DECISION.c.status)
        )
        rows = self._connection.execute(query)
        return [
            Cared(tuple(json.loads(groups)), language or "", status, int(n)) for groups, language, status, n in rows
        ]

    def reached(self, since: datetime, until: datetime) -> Counter[tuple[tuple[str, ...], str]]:
        """Return for how many people anything was decided in a span, by (groups, language)."""
        query = (
            select(_PERSON.c.groups, _PERSON.c.language, func.count(_PERSON.c.id.distinct()))
            .join(_PERSON, _PERSON.c.id == _DECISION.c.person_id)
            .where(_DECISION.c.decided_at > stamp(since), _DECISION.c.decided_at <= stamp(until))
            .where(_DECISION.c.status != "shadow")
            .group_by(_PERSON.c.groups, _PERSON.c.language)
        )
        rows = self._connection.execute(query)
        return Counter({(tuple(json.loads(groups)), language or ""): int(n) for groups, language, n in rows})

    def cohort(self, kind: str, metric: str, closed: datetime, days: float) -> Cohort | None:
        """Return the newest predictions made by `closed`, and to whom `metric` happened within `days` after."""
        made = (
            select(_CYCLE.c.id, _CYCLE.c.as_of)
            .where(_CYCLE.c.as_of <= stamp(closed), _CYCLE.c.id.in_(select(_PREDICTION.c.cycle_id)))
            .order_by(_CYCLE.c.as_of.desc())
            .limit(1)
        )
        cycle = self._connection.execute(made).first()
        if cycle is None:
            return None
        at = moment(cycle.as_of)
        within = (_OUTCOME.c.happened_at >= stamp(at), _OUTCOME.c.happened_at < stamp(at + timedelta(days=days)))
        happened = (
            select(_OUTCOME.c.id)
            .where(_OUTCOME.c.person_id == _PREDICTION.c.person_id, _OUTCOME.c.metric == metric, *within)
            .where(_OUTCOME.c.value > 0)
        )
        query = (
            select(_PREDICTION.c.model, _PREDICTION.c.value, happened.exists())
            .where(_PREDICTION.c.cycle_id == cycle.id, _PREDICTION.c.kind == kind)
            .order_by(_PREDICTION.c.person_id)
        )
        rows = self._connection.execute(query).all()
        if not rows:
            return None
        return Cohort(at, rows[0][0], [float(row[1]) for row in rows], [bool(row[2]) for row in rows])

    def risks(self, cycle_id: str, kind: str) -> list[float]:
        """Return what a cycle foresaw, person by person."""
        query = select(_PREDICTION.c.value).where(_PREDICTION.c.cycle_id == cycle_id, _PREDICTION.c.kind == kind)
        return [float(one) for one in self._connection.execute(query).scalars()]

    def last_words(self, metric: str, model: str, brand: str, since: datetime, until: datetime) -> list[Word]:
        """Return what each of our people said last in a span; of those to whom `metric` happened, before it did."""
        left = (
            select(_OUTCOME.c.person_id, func.min(_OUTCOME.c.happened_at).label("left_at"))
            .where(_OUTCOME.c.metric == metric, _OUTCOME.c.value > 0, _OUTCOME.c.happened_at <= stamp(until))
            .group_by(_OUTCOME.c.person_id)
            .subquery("gone")
        )
        place = func.row_number().over(
            partition_by=_FEEDBACK.c.person_id, order_by=(WHEN.desc(), _FEEDBACK.c.seq.desc())
        )
        said = (
            select(_FEEDBACK.c.seq, _FEEDBACK.c.person_id, WHEN.label("at"), left.c.left_at, place.label("place"))
            .join(left, left.c.person_id == _FEEDBACK.c.person_id, isouter=True)
            .where(_FEEDBACK.c.brand == brand, stamp(since) < WHEN, stamp(until) >= WHEN)
            .where(and_(left.c.left_at.is_(None)) | (left.c.left_at >= WHEN))
            .subquery("said")
        )
        columns = (said.c.seq, said.c.person_id, said.c.at, said.c.left_at)
        about = (_PERSON.c.groups, _PERSON.c.language, _PERSON.c.tenure_days)
        query = select(*columns, *about).join(_PERSON, _PERSON.c.id == said.c.person_id).where(said.c.place == 1)
        rows = self._connection.execute(query.order_by(said.c.person_id)).all()
        topics = topics_of(self._connection, [row.seq for row in rows], model)
        listed = cache(_listed)  # few groups, many people
        return [_word(row, topics.get(row.seq, ()), listed(row.groups)) for row in rows]

    def waited(self, cycle_ids: Sequence[str]) -> list[float]:
        """Return, for each decision of some cycles that was done, the days since what it answers."""
        query = select(_DECISION.c.occasion_at, _DECISION.c.decided_at)
        rows = self._connection.execute(
            query.where(_DECISION.c.cycle_id.in_(cycle_ids), _DECISION.c.status == "decided")
        )
        return [(moment(done) - moment(happened)) / timedelta(days=1) for happened, done in rows]


def _listed(groups: str) -> tuple[str, ...]:
    return tuple(json.loads(groups))


def _word(row: Any, topics: tuple[str, ...], groups: tuple[str, ...]) -> Word:
    left_at = None if row.left_at is None else moment(row.left_at)
    return Word(row.person_id, moment(row.at), groups, row.language or "", row.tenure_days, topics, left_at)
