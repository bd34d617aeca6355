"""What happened to people afterwards, each thing once, however often it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Outcome
from flywheel.store.codec import insert_new, stamp, table
from flywheel.store.tables import OutcomeRow

_OUTCOME = table(OutcomeRow)


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
                "id": one.id, "seq": seq, "person_id": one.person_id, "metric": one.outcome.metric,
                "value": one.outcome.value, "happened_at": stamp(one.outcome.happened_at), "source": source,
                "heard_at": stamp(heard_at),
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
