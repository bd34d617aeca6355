"""What models of risk learn from, and what came of it."""

from __future__ import annotations

import base64
import zlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, case, exists, func, select

from flywheel.domain.prediction import PersonHistory, Turn
from flywheel.domain.summary import TeamLeavers
from flywheel.store.bulk import insert_rows, reserve
from flywheel.store.codec import stamp, table
from flywheel.store.past import customers, histories, turns
from flywheel.store.tables import FeedbackRow, OutcomeRow, PersonRow, RiskModelRow, RollupRow

_OUTCOME, _MODEL, _FEEDBACK = table(OutcomeRow), table(RiskModelRow), table(FeedbackRow)
_ROLLUP, _PERSON = table(RollupRow), table(PersonRow)
_YEAR = timedelta(days=365)
_COLUMNS = ("seq", "kind", "analyzer", "learned_at", "n", "positives", "outcomes", "says", "content")


class Learned(NamedTuple):
    """What came of the newest attempt to learn: by how many outcomes, and the model where it may be used."""

    outcomes: int
    content: str | None
    says: str


class ForeseeingShelf:
    """Examples and models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def happened(self, outcome: str, until: datetime) -> int:
        """Return how often an outcome has been heard of, up to a moment."""
        query = select(func.count()).where(
            _OUTCOME.c.metric == outcome, _OUTCOME.c.value > 0, _OUTCOME.c.happened_at <= stamp(until)
        )
        return int(self._connection.execute(query).scalar_one())

    def answers(self, brand: str) -> int:
        """Return how many scores a brand's customers have given, from the roll-ups."""
        query = select(func.coalesce(func.sum(_ROLLUP.c.n), 0)).where(
            _ROLLUP.c.basis == "survey", _ROLLUP.c.brand == brand, _ROLLUP.c.voice == "customer",
            _ROLLUP.c.segment == "", _ROLLUP.c.topic == "",
        )  # fmt: skip
        return int(self._connection.execute(query).scalar_one())

    def mentions(self, brand: str, model: str) -> int:
        """Return how often topics were named by a brand's customers, from the roll-ups."""
        query = select(func.coalesce(func.sum(_ROLLUP.c.n), 0)).where(
            _ROLLUP.c.basis == "text", _ROLLUP.c.model == model, _ROLLUP.c.brand == brand,
            _ROLLUP.c.voice == "customer", _ROLLUP.c.segment == "", _ROLLUP.c.topic != "",
        )  # fmt: skip
        return int(self._connection.execute(query).scalar_one())

    def turns(self, brand: str, model: str, until: datetime) -> list[Turn]:
        """Return what a brand's customers spoke of after each topic, in the year before a moment."""
        return list(turns(self._connection, brand, model, until - _YEAR, until))

    def first_said(self, brand: str) -> str | None:
        """Return the moment of the oldest dated text about a brand, as it is stored."""
        query = select(func.min(_FEEDBACK.c.said_at)).where(_FEEDBACK.c.brand == brand)
        return self._connection.execute(query).scalar()

    def examples(
        self, brand: str, model: str, outcome: str, at: datetime, horizon: timedelta
    ) -> tuple[list[PersonHistory], list[float]]:
        """Return the past of the customers who were there at a moment, and who of them left within the horizon.

        Nobody stands in it who had left before; nothing of after the moment is in their past.
        """
        found = histories(self._connection, customers(brand, outcome, at), at, model)
        query = select(_OUTCOME.c.person_id).where(
            _OUTCOME.c.metric == outcome, _OUTCOME.c.value > 0, _OUTCOME.c.happened_at > stamp(at),
            _OUTCOME.c.happened_at <= stamp(at + horizon),
        )  # fmt: skip
        left = set(self._connection.execute(query.distinct()).scalars())
        return found, [float(one.person_id in left) for one in found]

    def teams(self, brand: str, outcome: str, as_of: datetime, least: int) -> list[TeamLeavers]:
        """Return the brand's employees by team and who left in the year before; teams of fewer than `least` are none.

        Of one employee nothing is foreseen: a group is the smallest that is told of.
        """
        happened = exists().where(
            _OUTCOME.c.person_id == _PERSON.c.id, _OUTCOME.c.metric == outcome, _OUTCOME.c.value > 0,
            _OUTCOME.c.happened_at > stamp(as_of - _YEAR), _OUTCOME.c.happened_at <= stamp(as_of),
        )  # fmt: skip
        query = (
            select(_PERSON.c.team, func.count(), func.sum(case((happened, 1), else_=0)), func.avg(_PERSON.c.value))
            .where(_PERSON.c.voice == "employee", _PERSON.c.brand == brand, _PERSON.c.team.is_not(None))
            .group_by(_PERSON.c.team)
            .having(func.count() >= least)
            .order_by(_PERSON.c.team)
        )
        return [
            TeamLeavers(team=team, n=n, left=left, value=value)
            for team, n, left, value in self._connection.execute(query)
        ]

    def newest(self, kind: str, analyzer: str) -> Learned | None:
        """Return what came of the newest attempt with what this analyzer reads."""
        names = (_MODEL.c.outcomes, _MODEL.c.content, _MODEL.c.says)
        query = select(*names).where(_MODEL.c.kind == kind, _MODEL.c.analyzer == analyzer)
        row = self._connection.execute(query.order_by(_MODEL.c.seq.desc()).limit(1)).first()
        if row is None:
            return None
        content = zlib.decompress(base64.b64decode(row.content)).decode() if row.content else None
        return Learned(int(row.outcomes), content, row.says)

    def add(
        self, kind: str, analyzer: str, at: datetime, counts: tuple[int, int, int], told: tuple[str, str | None]
    ) -> None:
        """Append an attempt: how many examples, of them with the outcome, outcomes known; what it says, the model."""
        says, content = told
        kept = base64.b64encode(zlib.compress(content.encode(), 6)).decode("ascii") if content else None
        [seq] = reserve(self._connection, RiskModelRow, 1)
        insert_rows(self._connection, RiskModelRow, _COLUMNS, [(seq, kind, analyzer, stamp(at), *counts, says, kept)])
