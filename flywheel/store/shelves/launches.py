"""How far plays have come with real people: new ones are watched, and their first messages go ahead of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, func, insert, select

from flywheel.store.codec import stamp, table
from flywheel.store.tables import DeliveryRow, LaunchRow

_LAUNCH, _DELIVERY = table(LaunchRow), table(DeliveryRow)
LaunchState = Literal["live", "proven", "shadow"]
"""`live`: somebody let it reach people; `proven`: its first messages arrived; `shadow`: it was taken back."""


class LaunchShelf:
    """How far plays have come."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self) -> dict[str, LaunchState]:
        """Return the newest state of each play that has one."""
        newest = select(func.max(_LAUNCH.c.seq)).group_by(_LAUNCH.c.play)
        rows = self._connection.execute(select(_LAUNCH.c.play, _LAUNCH.c.state).where(_LAUNCH.c.seq.in_(newest)))
        return {play: state for play, state in rows if state in get_args(LaunchState)}

    def note(self, play: str, state: LaunchState, actor: str, reason: str, at: datetime) -> None:
        """Append a play's new state, with who and why."""
        row = {"play": play, "state": state, "actor": actor, "reason": reason, "at": stamp(at)}
        self._connection.execute(insert(_LAUNCH).values(**row))

    def tried(self, plays: Sequence[str], most: int) -> dict[str, Counter[str]]:
        """Return what became of the messages of each play of which at least one attempt was made; so many at most."""
        found = {}
        for play in plays:
            tried = select(_DELIVERY.c.status).where(_DELIVERY.c.play == play, _DELIVERY.c.attempts > 0).limit(most)
            found[play] = Counter(self._connection.execute(tried).scalars().all())
        return found
