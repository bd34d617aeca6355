"""What happened to people afterwards, joined to what was decided for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Outcome
from flywheel.domain.play import Play
from flywheel.domain.trial import ArmCount
from flywheel.store.codec import insert_new, moment, stamp, table
from flywheel.store.tables import DecisionRow, OutcomeRow

_DECISION, _OUTCOME = table(DecisionRow), table(OutcomeRow)


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
        before = self.count(source)
        rows = [
            {
                "id": one.id, "person_id": one.person_id, "metric": one.outcome.metric, "value": one.outcome.value,
                "happened_at": stamp(one.outcome.happened_at), "source": source, "heard_at": stamp(heard_at),
                "cycle_id": cycle_id,
            }
            for one in outcomes
        ]  # fmt: skip
        insert_new(self._connection, OutcomeRow, rows)
        return self.count(source) - before

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
        query = (
            select(_DECISION.c.variant, _DECISION.c.arm, _DECISION.c.person_id, _DECISION.c.decided_at)
            .where(_DECISION.c.play == play.name, _DECISION.c.decided_at <= stamp(as_of - window))
            .where(
                ((_DECISION.c.arm == "default") & (_DECISION.c.status == "decided"))
                | ((_DECISION.c.arm == "holdout") & (_DECISION.c.status == "held out"))
            )
            .order_by(_DECISION.c.decided_at, _DECISION.c.id)
        )
        people: dict[tuple[str, str], dict[str, str]] = {}
        for variant, arm, person, decided_at in self._connection.execute(query):
            people.setdefault((variant, arm), {}).setdefault(person, decided_at)
        happened = self._times(metric)
        return [
            ArmCount(variant=variant, arm=arm, n=len(since), successes=_within(since, happened, window))
            for (variant, arm), since in sorted(people.items())
        ]

    def _times(self, metric: str) -> dict[str, list[str]]:
        query = select(_OUTCOME.c.person_id, _OUTCOME.c.happened_at).where(
            _OUTCOME.c.metric == metric, _OUTCOME.c.value > 0
        )
        times: dict[str, list[str]] = {}
        for person, at in self._connection.execute(query.order_by(_OUTCOME.c.happened_at)):
            times.setdefault(person, []).append(at)
        return times


def _within(since: dict[str, str], happened: dict[str, list[str]], window: timedelta) -> int:
    def hit(person: str, start: str) -> bool:
        end = stamp(moment(start) + window)
        return any(start <= at < end for at in happened.get(person, ()))

    return sum(hit(person, start) for person, start in since.items())
