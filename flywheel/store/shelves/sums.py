"""Sums over the daily roll-ups: what Orient compares, without looking at a single text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from flywheel.domain.sums import DayCount, Sum
from flywheel.store.bulk import among
from flywheel.store.codec import stamp, table
from flywheel.store.rollup import PARTS
from flywheel.store.shelves.readings import SENTIMENT
from flywheel.store.tables import CycleRow, RollupRow

_ROLLUP, _CYCLE = table(RollupRow), table(CycleRow)
_COUNTS = ("n", "n_read", "n_negative", "n_neutral", "n_positive")
Cut = Literal["medium", "touchpoint", "language", "segment"]


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

    def of_brands(self, brands: Sequence[str], periods: Sequence[int], since: str) -> list[Sum]:
        """Return the sums of brands by voice, measure, scale, topic and medium, from a day on and undated ones."""
        told = or_(_ROLLUP.c.day >= since, _ROLLUP.c.day == "")
        where = (among(self._connection, _ROLLUP.c.brand, brands), _ROLLUP.c.segment == "", told)
        return self._sums(periods, where, ("topic",), _ROLLUP.c.medium)

    def last_days(self, brands: Sequence[str]) -> dict[str, str]:
        """Return the last day on which anything was said of each brand, '' where nothing has a day; reads it all."""
        query = select(_ROLLUP.c.brand, func.max(_ROLLUP.c.day)).where(among(self._connection, _ROLLUP.c.brand, brands))
        found = self._connection.execute(query.where(self._read()).group_by(_ROLLUP.c.brand)).tuples()
        return dict(found.all())

    def all_periods(self) -> list[int]:
        """Return every period that has sums."""
        return list(self._connection.execute(select(_ROLLUP.c.period.distinct()).order_by("period")).scalars())

    def of_parts(self, brands: Sequence[str], periods: Sequence[int], cut: Cut) -> list[Sum]:
        """Return the sums of brands by period and the parts of one cut; a segment is "name=value"."""
        segments = _ROLLUP.c.segment != "" if cut == "segment" else _ROLLUP.c.segment == ""
        where = (among(self._connection, _ROLLUP.c.brand, brands), _ROLLUP.c.topic == "", segments)
        return self._sums(periods, where, ("period",), _ROLLUP.c[cut])

    def by_day(self, brands: Sequence[str], periods: Sequence[int], since: str, subject: str) -> list[DayCount]:
        """Return how many texts named each "topic" or "touchpoint" a day, from a day on."""
        named = _ROLLUP.c[subject]
        whole = _ROLLUP.c.topic == "" if subject == "touchpoint" else _ROLLUP.c.topic != ""
        keys = (_ROLLUP.c.brand, _ROLLUP.c.voice, named.label("subject"), _ROLLUP.c.day)
        query = (
            select(*keys, func.sum(_ROLLUP.c.n).label("n"))
            .where(_ROLLUP.c.period.in_(periods), self._texts(), _ROLLUP.c.day >= since, _ROLLUP.c.segment == "", whole)
            .where(among(self._connection, _ROLLUP.c.brand, brands), named != "")
            .group_by(_ROLLUP.c.brand, _ROLLUP.c.voice, named, _ROLLUP.c.day)
        )
        return [DayCount(**row) for row in self._connection.execute(query).mappings()]

    def _sums(
        self, periods: Sequence[int], where: Sequence[ColumnElement[bool]], more: Sequence[str],
        part: ColumnElement[str],
    ) -> list[Sum]:  # fmt: skip
        keys = [_ROLLUP.c[name] for name in ("basis", "brand", "voice", "measure", "model", *more)]
        sums = [func.sum(_ROLLUP.c[name]).label(name) for name in _COUNTS]
        query = (
            select(
                *keys, part.label("part"), func.max(_ROLLUP.c.day).label("last_day"), *sums,
                func.sum(_ROLLUP.c.sum_value).label("total"), func.sum(_ROLLUP.c.sum_squares).label("squares"),
            )
            .where(_ROLLUP.c.period.in_(periods), self._read(), *where)
            .group_by(*keys, part)
            .order_by(*keys, part)
        )  # fmt: skip
        return [_sum(dict(row)) for row in self._connection.execute(query).mappings()]

    def _texts(self) -> ColumnElement[bool]:
        return and_(_ROLLUP.c.basis == "text", _ROLLUP.c.measure == SENTIMENT, _ROLLUP.c.model == self._model)

    def _read(self) -> ColumnElement[bool]:
        return or_(self._texts(), _ROLLUP.c.basis == "survey")


def _sum(row: dict[str, object]) -> Sum:
    model = str(row.pop("model"))
    whole = {name: int(str(row[name])) for name in _COUNTS}
    values = {"total": int(str(row["total"])) / PARTS, "squares": int(str(row["squares"])) / PARTS**2}
    return Sum.model_validate(row | whole | values | {"scale": model if row["basis"] == "survey" else ""})
