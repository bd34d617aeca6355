"""Decisions with all their verdicts: stored once, told in sums, and handed to Act while they wait for a message."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, tuple_
from sqlalchemy.engine import RowMapping

from flywheel.domain.limits import Taken
from flywheel.domain.play import Decision, DecisionStatus
from flywheel.domain.summary import DecisionGroup, DecisionSummary
from flywheel.store.bulk import among, insert_missing
from flywheel.store.codec import moment, stamp, stamp_or_none, table, to_json
from flywheel.store.mentioned import topics_of
from flywheel.store.tables import DecisionRow, DeliveryRow, FeedbackRow, VerdictRow

_DECISION, _VERDICT = table(DecisionRow), table(VerdictRow)
_DELIVERY, _FEEDBACK = table(DeliveryRow), table(FeedbackRow)
_LISTS = ("reasons", "learnings", "settings", "changed_by", "among")
_TIMES = ("occasion_at", "decided_at", "not_before", "not_after")
_COLUMNS = tuple(name for name in Decision.model_fields if name != "verdicts")
_VERDICT_COLUMNS = ("decision_id", "policy", "ruling", "reason", "not_before")
_UNWRITTEN_DAYS = 90

LearningsRead = tuple[tuple[str, ...], tuple[str, ...], int]
"""The learnings that some decisions read, what changed them, and how many they are."""


class DecisionShelf:
    """What was decided, for whom, and why."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decisions: Sequence[Decision]) -> int:
        """Store decisions with their verdicts, each once; return how many are new."""
        known = select(func.count()).where(among(self._connection, _DECISION.c.id, [one.id for one in decisions]))
        before = int(self._connection.execute(known).scalar_one())
        written = cache(to_json)  # most lists are the same for many
        rows = [_decision_row(one, written) for one in decisions]
        insert_missing(self._connection, DecisionRow, _COLUMNS, rows)
        verdicts = [
            (one.id, verdict.policy, verdict.ruling, verdict.reason, stamp_or_none(verdict.not_before))
            for one in decisions
            for verdict in one.verdicts
        ]
        insert_missing(self._connection, VerdictRow, _VERDICT_COLUMNS, verdicts)
        return len({one.id for one in decisions}) - before

    def summary(self, cycle_ids: Sequence[str]) -> DecisionSummary:
        """Return what some cycles decided, in sums: no decision is loaded."""
        theirs = _DECISION.c.cycle_id.in_(cycle_ids)
        by = (_DECISION.c.play, _DECISION.c.tier, _DECISION.c.status)
        groups = self._connection.execute(select(*by, func.count()).where(theirs).group_by(*by).order_by(*by))
        offer = _DECISION.c.tier == "offer"
        people = select(func.count(_DECISION.c.person_id.distinct())).where(theirs, _DECISION.c.status == "decided")
        changes = select(_DECISION.c.changed_by, func.count()).where(theirs, _DECISION.c.changed_by != to_json([]))
        rows = self._connection.execute(changes.group_by(_DECISION.c.changed_by))
        changed = [(json.loads(names), int(n)) for names, n in rows]
        return DecisionSummary(
            groups=tuple(
                DecisionGroup(play=play, tier=tier, status=status, n=n) for play, tier, status, n in groups
            ),
            helped=self._connection.execute(people.where(~offer)).scalar_one(),
            offered=self._connection.execute(people.where(offer)).scalar_one(),
            changed=sum(n for _, n in changed),
            changed_by=dict(sum((Counter(dict.fromkeys(names, n)) for names, n in changed), Counter[str]())),
            blocked=self._blocked(theirs),
        )  # fmt: skip

    def _blocked(self, theirs: ColumnElement[bool]) -> dict[str, int]:
        """Return why decisions were blocked, row by row as the database hands them out: text adds up on no database."""
        query = (
            select(_VERDICT.c.decision_id, _VERDICT.c.reason)
            .join(_DECISION, _DECISION.c.id == _VERDICT.c.decision_id)
            .where(theirs, _DECISION.c.status == "blocked", _VERDICT.c.ruling == "block")
            .order_by(_VERDICT.c.decision_id, _VERDICT.c.policy)
        )
        rows = self._connection.execution_options(yield_per=1_000).execute(query)
        return dict(Counter("; ".join(reason for _, reason in of_one) for _, of_one in groupby(rows, itemgetter(0))))

    def taken(self, cycle_id: str, day_began: datetime) -> list[Taken]:
        """Return what plays have taken already of what is scarce: in a cycle, and since the day began."""
        this_cycle = func.sum(case((_DECISION.c.cycle_id == cycle_id, 1), else_=0))
        today = func.sum(case((_DECISION.c.decided_at >= stamp(day_began), 1), else_=0))
        by = (_DECISION.c.play, _DECISION.c.channel)
        goes = _DECISION.c.status.in_(("decided", "waiting"))
        either = or_(_DECISION.c.cycle_id == cycle_id, _DECISION.c.decided_at >= stamp(day_began))
        rows = self._connection.execute(select(*by, this_cycle, today).where(goes, either).group_by(*by).order_by(*by))
        return [Taken(play, channel, int(cycle), int(day)) for play, channel, cycle, day in rows]

    def learnings_read(self, cycle_id: str) -> list[LearningsRead]:
        """Return how many decisions of a cycle read the same learnings and were changed by the same ones."""
        both = (_DECISION.c.learnings, _DECISION.c.changed_by)
        query = select(*both, func.count()).where(_DECISION.c.cycle_id == cycle_id).group_by(*both).order_by(*both)
        rows = self._connection.execute(query)
        return [(tuple(json.loads(read)), tuple(json.loads(changed)), int(n)) for read, changed, n in rows]

    def unwritten(
        self, status: DecisionStatus, now: datetime, *, after: Decision | None = None, limit: int
    ) -> list[Decision]:
        """Return the next decisions of a status whose time has not passed and for which no message stands yet.

        They come without their verdicts, in the order in which their time passes; `after` is the last one returned.
        """
        query = (
            select(_DECISION)
            .where(_DECISION.c.status == status, _DECISION.c.not_after > stamp(now))
            .where(_DECISION.c.decided_at >= stamp(now - timedelta(days=_UNWRITTEN_DAYS)))
            .where(~select(_DELIVERY.c.id).where(_DELIVERY.c.decision_id == _DECISION.c.id).exists())
            .order_by(_DECISION.c.not_after, _DECISION.c.id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(tuple_(_DECISION.c.not_after, _DECISION.c.id) > (stamp(after.not_after), after.id))
        return [_decision(row) for row in self._connection.execute(query).mappings()]

    def variants(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the variant of each decision, by its id."""
        query = select(_DECISION.c.id, _DECISION.c.variant).where(among(self._connection, _DECISION.c.id, ids))
        return {str(row.id): str(row.variant) for row in self._connection.execute(query)}

    def occasions(self, decisions: Sequence[Decision], model: str) -> dict[str, tuple[tuple[str, ...], str]]:
        """Return (topics, touchpoint) of the occasion of each decision, by the decision's id."""
        ids = among(self._connection, _FEEDBACK.c.id, [one.occasion for one in decisions])
        rows = self._connection.execute(select(_FEEDBACK.c.id, _FEEDBACK.c.seq, _FEEDBACK.c.touchpoint).where(ids))
        wanted: dict[str, tuple[int, str]] = {one: (seq, touchpoint) for one, seq, touchpoint in rows}
        topics = topics_of(self._connection, [seq for seq, _ in wanted.values()], model)
        found = {}
        for one in decisions:
            seq, touchpoint = wanted.get(one.occasion, (0, ""))
            found[one.id] = (topics.get(seq, ()), touchpoint)
        return found


def _decision_row(one: Decision, written: Callable[[tuple[str, ...]], str]) -> tuple[Any, ...]:
    values = one.__dict__ | {name: written(getattr(one, name)) for name in _LISTS}
    values |= {name: stamp_or_none(values[name]) for name in _TIMES}
    return tuple(values[name] for name in _COLUMNS)


def _decision(row: RowMapping) -> Decision:
    values: dict[str, Any] = dict(row)
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name]))
    for name in _TIMES:
        values[name] = None if values[name] is None else moment(values[name])
    return Decision(**values, verdicts=())
