"""Sums over the daily roll-ups: what Orient compares, without looking at a single text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from flywheel.domain.feedback import Voice
from flywheel.domain.sums import EXPECTATION, PROMISED, SENTIMENT, DayCount, Grain, Sum
from flywheel.store.bulk import among
from flywheel.store.codec import stamp, table
from flywheel.store.rollup import PARTS
from flywheel.store.tables import CycleRow, RollupRow

_ROLLUP, _CYCLE = table(RollupRow), table(CycleRow)
_COUNTS = ("n", "n_read", "n_negative", "n_neutral", "n_positive")
_KEYS = ("basis", "brand", "voice", "measure", "model", "topic")
_NAMES = (*_KEYS, "period", "last_day", *_COUNTS, "sum_value", "sum_squares")
_SUMS = (func.max(_ROLLUP.c.day), *(func.sum(_ROLLUP.c[name]) for name in (*_COUNTS, "sum_value", "sum_squares")))


class SumShelf:
    """Sums of readings and of scores."""

    def __init__(self, connection: Connection, model: str) -> None:
        self._connection, self._model = connection, model

    def periods(self, since: datetime) -> list[int]:
        """Return the periods that ended after a moment."""
        query = select(_CYCLE.c.period.distinct()).where(_CYCLE.c.until >= stamp(since)).order_by(_CYCLE.c.period)
        return list(self._connection.execute(query).scalars())

    def is_first(self, period: int) -> bool:
        """Return whether no turn came before this period: then all that is heard is history."""
        query = select(func.count()).where(_CYCLE.c.period < period, _CYCLE.c.flow == "cycle")
        return not self._connection.execute(query).scalar()

    def grains(self, brands: Sequence[str], periods: Sequence[int], kept: Sequence[int], since: str) -> list[Grain]:
        """Return the sums of brands' whole texts and scores by all that they can be cut by, in one pass.

        Recent are those from a day on and the undated ones; the period is told of the `kept` ones only, else 0.
        """
        period = case((_ROLLUP.c.period.in_(kept), _ROLLUP.c.period), else_=0).label("period")
        recent = _recent(since)
        keys = [_ROLLUP.c[name] for name in _KEYS]
        cuts = [_ROLLUP.c[name] for name in ("medium", "touchpoint", "language")]
        query = (
            select(*keys, period, *_SUMS, recent, *cuts)
            .where(_ROLLUP.c.period.in_(sorted({*periods, *kept})), self._read(), *self._whole(brands))
            .where(_ROLLUP.c.topic == "")
            .group_by(*keys, period, recent, *cuts)
            .order_by(*keys, period, recent, *cuts)
        )
        return [
            Grain(_sum(row[: len(_NAMES)], ""), bool(row[-4]), *row[-3:])
            for row in self._connection.execute(query).tuples()
        ]

    def topics(
        self, brands: Sequence[str], periods: Sequence[int], since: str, daily: str
    ) -> tuple[list[Sum], list[DayCount]]:
        """Return the sums of brands' topics from a day on (and undated), and their daily counts from a later day on.

        One pass for both: there are many more mentions than texts.
        """
        day = case((_ROLLUP.c.day >= daily, _ROLLUP.c.day), else_="").label("day")
        recent, named = _recent(since), (_ROLLUP.c.brand, _ROLLUP.c.voice, _ROLLUP.c.topic)
        query = (  # few columns: what the database sorts by is what costs
            select(*named, day, recent, *_SUMS)
            .where(_ROLLUP.c.period.in_(periods), self._texts(), *self._whole(brands), _ROLLUP.c.topic != "")
            .group_by(*named, recent, day)
            .order_by(*named, recent, day)
        )
        found: dict[tuple[str, Voice, str], list[Any]] = {}
        counts: list[DayCount] = []
        for brand, voice, topic, said, is_recent, last_day, *sums in self._connection.execute(query).tuples():
            if is_recent:  # thousands of days: they are added up as they are, and made a record in the end
                known = found.setdefault((brand, voice, topic), ["", *[0] * len(sums)])
                known[:] = max(known[0], last_day), *map(add, known[1:], sums)
            if said:
                counts.append(DayCount(brand, voice, topic, said, int(sums[0])))
        told = [_sum(("text", *of[:2], SENTIMENT, "", of[2], 0, *whole), "") for of, whole in found.items()]
        return told, counts

    def expected(self, brand: str, periods: Sequence[int], since: str) -> list[Sum]:
        """Return what a brand's texts from a day on (and undated) say of expectations, beside all that were read.

        By touchpoint (in `part`) and topic; `measure` tells expectations, promises by their makers, and sentiment,
        which counts every text.
        """
        keys, cuts = [_ROLLUP.c[name] for name in _KEYS], (_ROLLUP.c.touchpoint,)
        told = or_(_ROLLUP.c.measure.in_((SENTIMENT, EXPECTATION)), _ROLLUP.c.measure.startswith(PROMISED))
        query = (
            select(*keys, literal(0), *_SUMS, *cuts)
            .where(_ROLLUP.c.period.in_(periods), *self._whole([brand]), _recent(since) == 1, told)
            .where(_ROLLUP.c.basis == "text", _ROLLUP.c.model == self._model)
            .group_by(*keys, *cuts)
            .order_by(*keys, *cuts)
        )
        return [_sum(row[:-1], row[-1]) for row in self._connection.execute(query).tuples()]

    def last_days(self, brands: Sequence[str]) -> dict[str, str]:
        """Return the last day on which anything was said of each brand, '' where nothing has a day; reads it all."""
        query = select(_ROLLUP.c.brand, func.max(_ROLLUP.c.day)).where(among(self._connection, _ROLLUP.c.brand, brands))
        found = self._connection.execute(query.where(self._read()).group_by(_ROLLUP.c.brand)).tuples()
        return dict(found.all())

    def all_periods(self) -> list[int]:
        """Return every period that has sums."""
        return list(self._connection.execute(select(_ROLLUP.c.period.distinct()).order_by("period")).scalars())

    def of_segments(self, brand: str, periods: Sequence[int]) -> list[Sum]:
        """Return the sums of a brand by period and segment ("name=value")."""
        keys = [_ROLLUP.c[name] for name in _KEYS]
        query = (
            select(*keys, _ROLLUP.c.period, *_SUMS, _ROLLUP.c.segment)
            .where(_ROLLUP.c.period.in_(periods), self._read(), _ROLLUP.c.brand == brand)
            .where(_ROLLUP.c.topic == "", _ROLLUP.c.segment != "")
            .group_by(*keys, _ROLLUP.c.period, _ROLLUP.c.segment)
            .order_by(*keys, _ROLLUP.c.period, _ROLLUP.c.segment)
        )
        return [_sum(row[:-1], row[-1]) for row in self._connection.execute(query).tuples()]

    def touchpoints(self, brands: Sequence[str], periods: Sequence[int], daily: str) -> list[DayCount]:
        """Return how many texts were about each touchpoint of brands a day, from a day on."""
        keys = (_ROLLUP.c.brand, _ROLLUP.c.voice, _ROLLUP.c.touchpoint, _ROLLUP.c.day)
        query = (
            select(*keys, func.sum(_ROLLUP.c.n))
            .where(_ROLLUP.c.period.in_(periods), self._texts(), *self._whole(brands), _ROLLUP.c.day >= daily)
            .where(_ROLLUP.c.topic == "", _ROLLUP.c.touchpoint != "")
            .group_by(*keys)
            .order_by(*keys)
        )
        return [DayCount._make((*row[:-1], int(row[-1]))) for row in self._connection.execute(query).tuples()]

    def _whole(self, brands: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        return among(self._connection, _ROLLUP.c.brand, brands), _ROLLUP.c.segment == ""

    def _texts(self) -> ColumnElement[bool]:
        return and_(_ROLLUP.c.basis == "text", _ROLLUP.c.measure == SENTIMENT, _ROLLUP.c.model == self._model)

    def _read(self) -> ColumnElement[bool]:
        """Return the condition that something is a score, or was read by the model of the project."""
        return or_(_ROLLUP.c.model == self._model, _ROLLUP.c.basis == "survey")


def _recent(since: str) -> ColumnElement[int]:
    return case((or_(_ROLLUP.c.day >= since, _ROLLUP.c.day == ""), 1), else_=0).label("recent")


def _sum(row: Sequence[Any], part: str) -> Sum:
    basis, brand, voice, measure, model, topic, period, last_day, *counts, total, squares = row
    scale = model if basis == "survey" else ""
    values = (int(total) / PARTS, int(squares) / PARTS**2)
    return Sum._make((basis, brand, voice, measure, scale, topic, part, period, last_day, *map(int, counts), *values))
