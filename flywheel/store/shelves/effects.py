"""What came of decisions, added up once their windows have closed: a cycle costs what is new, not what is old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
_COUNTS = ("decided", "held out", "waiting")
"""Statuses that count, by intention to treat: whether the message was approved and arrived, or not."""
_KEYS = ("week", "metric", "days", "play", "variant", "arm", "tier", "topic", "segment", "among", "plan")
_NAMES = (*_KEYS, *Sums._fields)
_MARKS = ("cycle_id", "metric", "days", "week", "opens", "decided_at", "closes", "outcome_seq")


@dataclass(frozen=True, slots=True)
class Window:
    """What is counted: a metric within so many days after a decision, of the plays that are judged by it.

    `control` is the share of people for whom no play is done at all.
    """

    metric: str
    days: float
    plays: tuple[str, ...]
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
        before, newest = self._people(window), self._newest()
        self._forget(window, self._late_weeks(window))
        closed = self._closed(window, as_of)
        self._forget(window, self._overtaken(window, closed))
        for one in self._closed(window, as_of):
            self._add(window, one)
            self._mark(window, one, newest)
        heard = update(_COUNTED).where(*_of(window, _COUNTED), _COUNTED.c.outcome_seq == self._seen(window))
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
            for row in map(_effect_sum, self._rows(window, one)):
                key = row._replace(sums=NONE)
                found[key] = found.get(key, NONE).plus(row.sums)
        return [key._replace(sums=sums) for key, sums in sorted(found.items())]

    def _add(self, window: Window, one: _Deciding) -> None:
        add_up(self._connection, EffectSumRow, _NAMES, list(self._rows(window, one)), Sums._fields)

    def _rows(self, window: Window, one: _Deciding) -> Iterator[tuple[Any, ...]]:
        for query in (_play_query(window, one), *([_policy_query(window, one)] if window.control else [])):
            for row in self._connection.execute(query):
                yield (one.week, window.metric, float(window.days), *row)

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

    def _late_weeks(self, window: Window) -> list[str]:
        """Return the weeks into whose windows an outcome fell that was heard after they were counted."""
        query = (
            select(_COUNTED.c.week)
            .distinct()
            .select_from(_OUTCOME)
            .join(_DECISION, _DECISION.c.person_id == _OUTCOME.c.person_id)
            .join(_COUNTED, _COUNTED.c.cycle_id == _DECISION.c.cycle_id)
            .where(*_of(window, _COUNTED), _OUTCOME.c.seq > self._seen(window), _OUTCOME.c.metric == window.metric)
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

    def _seen(self, window: Window) -> int:
        query = select(func.coalesce(func.max(_COUNTED.c.outcome_seq), 0)).where(*_of(window, _COUNTED))
        return int(self._connection.execute(query).scalar_one())

    def _newest(self) -> int:
        return int(self._connection.execute(select(func.coalesce(func.max(_OUTCOME.c.seq), 0))).scalar_one())

    def _people(self, window: Window) -> int:
        query = select(func.coalesce(func.sum(_SUM.c.n), 0)).where(*_of(window, _SUM), _SUM.c.play != POLICY)
        return int(self._connection.execute(query).scalar_one())


def _of(window: Window, target: Any) -> tuple[ColumnElement[bool], ...]:
    return target.c.metric == window.metric, target.c.days == window.days


def _play_query(window: Window, one: _Deciding) -> Select[Any]:
    """Return the sums by play, variant, arm and circumstances; those in the control of all plays have got none."""
    unit = _units(window, one, _DECISION.c.play)
    plan = case((unit.c.arm == "default", unit.c.arm_chance), (unit.c.arm == "holdout", 1 - unit.c.arm_chance), else_=0)
    keys = [*(unit.c[name] for name in _KEYS[3:-1]), cast(plan, Float).label("plan")]
    return _summed(unit, keys, keys)


def _policy_query(window: Window, one: _Deciding) -> Select[Any]:
    """Return the sums of all plays together: everybody whom the wheel may act for, beside those whom it may not."""
    unit = _units(window, one, None)
    arm = case((unit.c.arm == "control", "holdout"), else_="default").label("arm")
    told = {"play": POLICY, "variant": "", "tier": "", "topic": "", "segment": "", "among": "[]"}
    words = {name: literal(word).label(name) for name, word in told.items()} | {"arm": arm}
    keys = [*(words[name] for name in _KEYS[3:-1]), literal(1 - window.control).label("plan")]
    return _summed(unit, keys, [arm])


def _units(window: Window, one: _Deciding, play: ColumnElement[str] | None) -> FromClause:
    """Return the people who count from a cycle's decisions, with what came of each; `play` None: of any play."""
    earlier = _DECISION.alias("earlier")
    same = (
        earlier.c.play == play if play is not None else (earlier.c.play.in_(window.plays) & (earlier.c.arm != "exempt"))
    )
    came_before = exists().where(
        earlier.c.person_id == _DECISION.c.person_id, same, earlier.c.decided_at < stamp(one.at),
        earlier.c.decided_at >= one.season, earlier.c.status.in_(_COUNTS),
    )  # fmt: skip
    start, end = stamp(one.at), stamp(one.at + window.length)
    columns = (_DECISION.c[name] for name in ("play", "variant", "arm", "tier", "topic", "segment", "among"))
    return (
        select(
            *columns, _DECISION.c.arm_chance, _happened(window, start, end).label("happened"),
            _amount(window, start, end).label("after"),
            _amount(window, stamp(one.at - window.length), start).label("before"),
        )
        .where(_DECISION.c.cycle_id == one.cycle_id, _DECISION.c.play.in_(window.plays))
        .where(_DECISION.c.status.in_(_COUNTS), ~came_before)
        .where(_DECISION.c.arm != "exempt" if play is None else literal(1) == 1)
        .subquery("unit")
    )  # fmt: skip


def _theirs(window: Window, start: str, end: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _OUTCOME.c.person_id == _DECISION.c.person_id, _OUTCOME.c.metric == window.metric,
        _OUTCOME.c.happened_at >= start, _OUTCOME.c.happened_at < end,
    )  # fmt: skip


def _happened(window: Window, start: str, end: str) -> ColumnElement[Any]:
    found = exists().where(*_theirs(window, start, end), _OUTCOME.c.value > 0)
    return case((found, 1), else_=0)


def _amount(window: Window, start: str, end: str) -> ColumnElement[Any]:
    added = select(func.coalesce(func.sum(_OUTCOME.c.value), 0.0)).where(*_theirs(window, start, end))
    return added.scalar_subquery()


def _summed(unit: FromClause, keys: Sequence[ColumnElement[Any]], by: Sequence[ColumnElement[Any]]) -> Select[Any]:
    after, before = unit.c.after, unit.c.before
    return select(
        *keys, func.count(), func.sum(unit.c.happened), func.sum(after), func.sum(after * after),
        func.sum(after * after * after), func.sum(after * after * after * after), func.sum(before),
        func.sum(before * before), func.sum(after * before), func.sum(case((after == 0, 1), else_=0)),
    ).select_from(unit).group_by(*by)  # fmt: skip


def _effect_sum(row: tuple[Any, ...]) -> EffectSum:
    at = len(_KEYS)
    return EffectSum._make([*row[:at], Sums._make(row[at:])])
