"""What happened to people afterwards, joined to what was decided for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    column,
    exists,
    func,
    select,
    tuple_,
    values,
)

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Outcome
from flywheel.domain.play import Play
from flywheel.domain.trial import ArmCount
from flywheel.store.codec import insert_new, moment, parts, stamp, table
from flywheel.store.tables import DecisionRow, OutcomeRow

_DECISION, _OUTCOME = table(DecisionRow), table(OutcomeRow)
_COUNTED = (("default", "decided"), ("holdout", "held out"))
"""(arm, status) of decisions that count: both arms by intention, whether a message arrived or not."""
_STARTS = 400
"""Moments of deciding in one statement."""


@dataclass(frozen=True, slots=True)
class KnownOutcome:
    """An outcome with its person's pseudonym and its id."""

    id: str
    person_id: str
    outcome: Outcome


def outcome_id(source: str, outcome: Outcome, person_id: str) -> str:
    """Return the id of an outcome: the source's own id for it, else what happened to whom when."""
    own = outcome.external_id or f"{person_id}|{outcome.metric}|{outcome.happened_at.isoformat()}|{outcome.value}"
    return content_id("outcome", source, own)


class OutcomeShelf:
    """Outcomes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source: str, outcomes: Sequence[KnownOutcome], heard_at: datetime, cycle_id: str) -> int:
        """Store outcomes, each once, however often it is told; return how many were new."""
        before, last = self.count(source), self.newest()
        rows = [
            {
                "id": one.id, "seq": seq, "person_id": one.person_id, "metric": one.outcome.metric, "value": one.outcome.value,
                "happened_at": stamp(one.outcome.happened_at), "source": source, "heard_at": stamp(heard_at),
                "cycle_id": cycle_id,
            }
            for seq, one in enumerate(outcomes, last + 1)
        ]  # fmt: skip
        insert_new(self._connection, OutcomeRow, rows)
        return self.count(source) - before

    def newest(self) -> int:
        """Return the number of the outcome that was heard last; 0 before the first."""
        return int(self._connection.execute(select(func.coalesce(func.max(_OUTCOME.c.seq), 0))).scalar_one())

    def count(self, source: str | None = None) -> int:
        """Return how many outcomes are stored, of one source or of all."""
        query = select(func.count()).select_from(_OUTCOME)
        return int(
            self._connection.execute(query if source is None else query.where(_OUTCOME.c.source == source)).scalar_one()
        )

    def arms(self, play: Play, metric: str, as_of: datetime) -> list[ArmCount]:
        """Return, per variant and arm of a play, how many people there were and to how many `metric` happened.

        By intention to treat: everybody for whom the play was decided counts, whether the message arrived or not;
        one person counts once, from their first decision. Only decisions whose attribution window has closed by
        `as_of` count, and an outcome counts from the decision on until the window's end.
        """
        window = timedelta(days=play.metric_days)
        closed = (_DECISION.c.play == play.name, _DECISION.c.decided_at <= stamp(as_of - window))
        starts = self._connection.execute(select(_DECISION.c.decided_at).where(*closed).distinct()).scalars().all()
        counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for part in parts(sorted(starts), _STARTS):
            spans = [(start, stamp(moment(start) + window)) for start in part]
            for variant, arm, n, successes in self._connection.execute(_arm_query(closed, metric, spans)):
                found = counts[variant, arm]
                found[0] += n
                found[1] += successes
        return [
            ArmCount(variant=variant, arm=arm, n=n, successes=successes)
            for (variant, arm), (n, successes) in sorted(counts.items())
        ]


def _arm_query(closed: Sequence[ColumnElement[bool]], metric: str, spans: list[tuple[str, str]]) -> Select[Any]:
    """Return (variant, arm, people, of them with the outcome) of those first decided at the start of one of the spans.

    Decisions of one cycle share their moment, so there are few spans; their ends are worked out here because no
    arithmetic on times is the same in both databases.
    """
    span = values(column("start", String), column("end", String), name="span").data(spans).cte("span")
    first = (
        select(
            _DECISION.c.variant, _DECISION.c.arm, _DECISION.c.person_id, func.min(_DECISION.c.decided_at).label("at")
        )
        .where(*closed, tuple_(_DECISION.c.arm, _DECISION.c.status).in_(_COUNTED))
        .group_by(_DECISION.c.variant, _DECISION.c.arm, _DECISION.c.person_id)
        .subquery("first")
    )
    happened = (
        exists()
        .where(_OUTCOME.c.person_id == first.c.person_id, _OUTCOME.c.metric == metric, _OUTCOME.c.value > 0)
        .where(_OUTCOME.c.happened_at >= span.c.start, _OUTCOME.c.happened_at < span.c.end)
    )
    return (
        select(first.c.variant, first.c.arm, func.count(), func.sum(case((happened, 1), else_=0)))
        .join(span, span.c.start == first.c.at)
        .group_by(first.c.variant, first.c.arm)
    )
