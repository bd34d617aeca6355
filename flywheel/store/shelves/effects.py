"""What came of decisions, added up once their windows have closed: a cycle costs what is new, not what is old."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.sql import FromClause

from flywheel.domain.trial import NONE, POLICY, EffectSum, Sums
from flywheel.store.bulk import add_up, insert_missing
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import CountedRow, CycleRow, DecisionRow, EffectSumRow, OutcomeRow

_DECISION, _OUTCOME, _CYCLE = table(DecisionRow), table(OutcomeRow), table(CycleRow)
_SUM, _COUNTED = table(EffectSumRow), table(CountedRow)
_COUNTS = ("decided", "held out", "waiting", "rejected")
"""Statuses that count, by intention to treat: whether the message was approved and arrived, or not."""
_KEYS = ("week", "metric", "days", "play", "variant", "arm", "tier", "topic", "segment", "among", "plan")
_NAMES = (*_KEYS, *Sums._fields)
_MARKS = ("cycle_id", "metric", "days", "week", "opens", "decided_at", "closes", "outcome_seq")


@dataclass(frozen=True, slots=True)
class Window:
    """What is counted: a metric within so many days after a decision, of the plays that are judged by it.

    `amounts` says whether it also matters how much there was of it, and how much before; that takes twice as long.
    `control` is the share of people for whom no play at all is done.
    """

    metric: str
    days: float
    plays: tuple[str, ...]
    amounts: bool = False
    control: float = 0.0

    @property
    def length(self) -> timedelta:
        """How long outcomes are waited for."""
        return timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class _Deciding:
    """A cycle whose decisions are to be counted."""

    cycle_id: str
    at: datetime

    @property
    def week(self) -> str:
        return (self.at - timedelta(days=self.at.weekday())).date().isoformat()

    @property
    def season(self) -> str:
        """When the season began in which everybody keeps their arms: the first day of the calendar quarter."""
        month = 3 * ((self.at.month - 1) // 3) + 1
        return stamp(self.at.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0))


class EffectShelf:
    """Sums of what came of decisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, window: Window, as_of: datetime) -> int:
        """Add up the decisions whose window has closed by `as_of`; return how many people are new in the sums.

        Everybody counts once a season for each play, from the first time that it was decided for them. Weeks into
        whose windows something was heard late, or decided late, are counted anew.
        """
        before, newest, seen = self._people(window), self._newest(), self._seen(window)
        if seen is not None:
            self._forget(window, self._late_weeks(window, seen))
            self._forget(window, self._overtaken(window, self._closed(window, as_of)))
        for one in self._closed(window, as_of):
            self._add(window, one)
            self._mark(window, one, newest)
        heard = update(_COUNTED).where(*_of(window, _COUNTED), _COUNTED.c.outcome_seq == seen)
        self._connection.execute(heard.values(outcome_seq=newest))
        return self._people(window) - before

    def sums(self, since: str = "") -> list[EffectSum]:
        """Return what was added up, from the week of that Monday on."""
        columns, order = (_SUM.c[name] for name in _NAMES), (_SUM.c[name] for name in _KEYS)
        query = select(*columns).where(_SUM.c.week >= since).order_by(*order)
        return [_effect_sum(tuple(row)) for row in self._connection.execute(query)]

    def scan(self, window: Window, as_of: datetime) -> list[EffectSum]:
        """Return what the sums of a window should be, counted from every decision anew; nothing is written."""
        found: dict[EffectSum, Sums] = {}
        for one in self._cycles(window, as_of):
            for row in self._rows(window, one):
                key = row._replace(sums=NONE)
                found[key] = found.get(key, NONE).plus(row.sums)
        return [key._replace(sums=sums) for key, sums in sorted(found.items())]

    def _add(self, window: Window, one: _Deciding) -> None:
        rows = [(*row[:-1], *row.sums) for row in self._rows(window, one)]
        add_up(self._connection, EffectSumRow, _NAMES, rows, Sums._fields)

    def _rows(self, window: Window, one: _Deciding) -> Iterator[EffectSum]:
        """Yield what came of a cycle's decisions, play by play, and of all plays together."""
        head = (one.week, window.metric, float(window.days))
        found: dict[EffectSum, Sums] = {}
        for first_of_all, *row in self._connection.execute(_query(window, one)):
            each = _effect_sum((*head, *row))
            keys = [each._replace(sums=NONE)]
            keys += [_of_all(keys[0], 1 - window.control)] * bool(first_of_all and window.control)
            for key in keys:
                found[key] = found.get(key, NONE).plus(each.sums)
        yield from (key._replace(sums=sums) for key, sums in found.items())

    def _mark(self, window: Window, one: _Deciding, newest: int) -> None:
        opens, closes = stamp(one.at - window.length), stamp(one.at + window.length)
        row = (one.cycle_id, window.metric, window.days, one.week, opens, stamp(one.at), closes, newest)
        insert_missing(self._connection, CountedRow, _MARKS, [row])

    def _closed(self, window: Window, as_of: datetime) -> list[_Deciding]:
        """Return the cycles that are not counted yet and whose windows have closed, oldest first."""
        counted = exists().where(*_of(window, _COUNTED), _COUNTED.c.cycle_id == _CYCLE.c.id)
        return self._cycles(window, as_of, ~counted)

    def _cycles(self, window: Window, as_of: datetime, *more: ColumnElement[bool]) -> list[_Deciding]:
        query = (
            select(_CYCLE.c.id, _CYCLE.c.as_of)
            .where(_CYCLE.c.flow != "ooda", _CYCLE.c.mode == "live", _CYCLE.c.as_of <= stamp(as_of - window.length))
            .where(*more)
            .order_by(_CYCLE.c.as_of, _CYCLE.c.id)
        )
        return [_Deciding(id_, moment(at)) for id_, at in self._connection.execute(query)]

    def _late_weeks(self, window: Window, seen: int) -> list[str]:
        """Return the weeks into whose windows an outcome fell that was heard after they were counted."""
        query = (
            select(_COUNTED.c.week)
            .distinct()
            .select_from(_OUTCOME)
            .join(_DECISION, _DECISION.c.person_id == _OUTCOME.c.person_id)
            .join(_COUNTED, _COUNTED.c.cycle_id == _DECISION.c.cycle_id)
            .where(*_of(window, _COUNTED), _OUTCOME.c.seq > seen, _OUTCOME.c.metric == window.metric)
            .where(_OUTCOME.c.happened_at >= _COUNTED.c.opens, _OUTCOME.c.happened_at < _COUNTED.c.closes)
        )
        return list(self._connection.execute(query).scalars())

    def _overtaken(self, window: Window, closed: Sequence[_Deciding]) -> list[str]:
        """Return the counted weeks that lie after a cycle still to be counted: who came first may change in them."""
        if not closed:
            return []
        weeks = select(_COUNTED.c.week).distinct().where(*_of(window, _COUNTED))
        return list(self._connection.execute(weeks.where(_COUNTED.c.decided_at > stamp(closed[0].at))).scalars())

    def _forget(self, window: Window, weeks: Sequence[str]) -> None:
        for target in (_SUM, _COUNTED):
            self._connection.execute(delete(target).where(*_of(window, target), target.c.week.in_(weeks)))

    def _seen(self, window: Window) -> int | None:
        """Return the number of the last outcome that the sums know of; None where nothing is counted yet."""
        found = self._connection.execute(select(func.max(_COUNTED.c.outcome_seq)).where(*_of(window, _COUNTED)))
        newest: int | None = found.scalar_one()
        return newest

    def _newest(self) -> int:
        return int(self._connection.execute(select(func.coalesce(func.max(_OUTCOME.c.seq), 0))).scalar_one())

    def _people(self, window: Window) -> int:
        query = select(func.coalesce(func.sum(_SUM.c.n), 0)).where(*_of(window, _SUM), _SUM.c.play != POLICY)
        return int(self._connection.execute(query).scalar_one())


def _of(window: Window, target: Any) -> tuple[ColumnElement[bool], ...]:
    return target.c.metric == window.metric, target.c.days == window.days


def _query(window: Window, one: _Deciding) -> Select[Any]:
    """Return the sums by play, variant, arm and circumstances, and by whether it was the first play of all."""
    unit = _units(window, one)
    plan = case((unit.c.arm == "default", unit.c.arm_chance), (unit.c.arm == "holdout", 1 - unit.c.arm_chance), else_=0)
    keys = [unit.c.first_of_all, *(unit.c[name] for name in _KEYS[3:-1]), cast(plan, Float).label("plan")]
    counts: list[ColumnElement[Any]] = [func.count(), func.sum(unit.c.happened)]
    return select(*keys, *counts, *(_moments(unit) if window.amounts else ())).select_from(unit).group_by(*keys)


def _moments(unit: FromClause) -> tuple[ColumnElement[Any], ...]:
    after, before = unit.c.after, unit.c.before
    return (
        func.sum(after), func.sum(after * after), func.sum(after * after * after),
        func.sum(after * after * after * after), func.sum(before), func.sum(before * before), func.sum(after * before),
        func.sum(case((after == 0, 1), else_=0)),
    )  # fmt: skip


def _units(window: Window, one: _Deciding) -> FromClause:
    """Return the people who count from a cycle's decisions, with what came of each.

    With amounts it is materialised: SQLite would look up what came of a person again for each of their powers.
    """
    start, end = stamp(one.at), stamp(one.at + window.length)
    names = ("play", "variant", "arm", "tier", "topic", "segment", "among", "arm_chance")
    any_play = _before(one, lambda earlier: earlier.c.play.in_(window.plays) & (earlier.c.arm != "exempt"))
    columns = [*(_DECISION.c[name] for name in names), _happened(window, start, end).label("happened")]
    columns.append(case((any_play, 0), (_DECISION.c.arm == "exempt", 0), else_=1).label("first_of_all"))
    if window.amounts:
        earliest = stamp(one.at - window.length)
        columns += [
            _amount(window, start, end).label("after"), _amount(window, earliest, start).label("before"),
        ]  # fmt: skip
    unit = (
        select(*columns)
        .where(_DECISION.c.cycle_id == one.cycle_id, _DECISION.c.play.in_(window.plays))
        .where(_DECISION.c.status.in_(_COUNTS), ~_before(one, lambda earlier: earlier.c.play == _DECISION.c.play))
    )
    return unit.cte("unit").prefix_with("MATERIALIZED") if window.amounts else unit.subquery("unit")


def _before(one: _Deciding, same: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that the like was decided for the person earlier in the season."""
    earlier = _DECISION.alias()
    return exists(literal(1)).where(
        earlier.c.person_id == _DECISION.c.person_id, same(earlier), earlier.c.decided_at < stamp(one.at),
        earlier.c.decided_at >= one.season, earlier.c.status.in_(_COUNTS),
    )  # fmt: skip


def _theirs(window: Window, start: str, end: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _OUTCOME.c.person_id == _DECISION.c.person_id, _OUTCOME.c.metric == window.metric,
        _OUTCOME.c.happened_at >= start, _OUTCOME.c.happened_at < end,
    )  # fmt: skip


def _happened(window: Window, start: str, end: str) -> ColumnElement[Any]:
    found = exists(literal(1)).where(*_theirs(window, start, end), _OUTCOME.c.value > 0)
    return case((found, 1), else_=0)


def _amount(window: Window, start: str, end: str) -> ColumnElement[Any]:
    added = select(func.coalesce(func.sum(_OUTCOME.c.value), 0.0)).where(*_theirs(window, start, end))
    return added.scalar_subquery()


def _of_all(one: EffectSum, plan: float) -> EffectSum:
    """Return the key for all plays together: everybody whom the wheel may act for, beside those whom it may not."""
    arm = "holdout" if one.arm == "control" else "default"
    return one._replace(play=POLICY, variant="", arm=arm, tier="", topic="", segment="", among="[]", plan=plan)


def _effect_sum(row: tuple[Any, ...]) -> EffectSum:
    """Return a row of sums; where amounts do not matter, what happened once counts as an amount of 1."""
    at = len(_KEYS)
    if len(row) > at + 2:
        return EffectSum._make([*row[:at], Sums._make(row[at:])])
    n, happened = row[at:]
    once = float(happened)
    sums = NONE._replace(n=n, happened=happened, total=once, squares=once, cubes=once, fourths=once, zeros=n - happened)
    return EffectSum._make([*row[:at], sums])
