"""One history: a copy of the small world, a seed, and what happens in it one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from receivers import Desk, Died, Mail, Mood
from small_world import BEGINNING, PEOPLE, opened, settings_with
from sqlalchemy import event, text
from truth import Decided, Truth

from flywheel.config import Settings
from flywheel.domain.cycle import Cycle, Mode, Window, cycle_id
from flywheel.errors import FlywheelError
from flywheel.steps import act, care, decide
from flywheel.store.codec import moment
from flywheel.wheel import Flywheel

_STEPS = (decide, act, care)


@dataclass
class History:
    """A wheel that turns, the truth about it, and the dice of this history."""

    wheel: Flywheel
    truth: Truth
    mood: Mood
    chance: Random
    clock: list[datetime]
    today: datetime
    turns: list[Cycle] = field(default_factory=list)
    fatal: list[int] = field(default_factory=list)
    next_death: list[int] = field(default_factory=list)
    seqs: int = 0

    def passes(self, *_more: object) -> None:
        """Count down to the statement or commit at which the process dies."""
        if self.fatal:
            self.fatal[0] -= 1
            if self.fatal[0] < 0:
                self.fatal.clear()
                raise Died("at a statement")

    def pass_time(self, span: timedelta) -> None:
        self.today += span
        self.skew(span)

    def skew(self, span: timedelta) -> None:
        """Set the machine's clock another way, while the world's goes on as it does."""
        self.clock[0] = self.truth.now = self.clock[0] + span

    def begin(self, mode: Mode = "live", flow: str = "cycle", again: Cycle | None = None) -> Cycle:
        """Start as a new process does: whoever held the lease is dead."""
        window = again.window if again else Window(since=BEGINNING - timedelta(days=900), until=self.clock[0])
        fresh = Cycle(
            id=again.id if again else cycle_id(flow, window), flow=flow, window=window, as_of=self.clock[0],  # type: ignore[arg-type]
            mode=mode, period=0, config_hash="h", fence=0,
        )  # fmt: skip
        with self.wheel.store.write(None) as shelves:
            shelves._connection.execute(text("UPDATE lease SET pid_started = 'long ago'"))
            held = shelves.cycles.begin(fresh, ("decide", "act", "care"), self.clock[0], "0")
        self.turns.append(held)
        self.truth.shadow = mode == "shadow"
        return held

    def turn(self, mode: Mode = "live", flow: str = "cycle", again: Cycle | None = None) -> None:
        """Do the three steps of a turn; whatever it meets, the truth is told what was decided."""
        cycle, fatal = self.begin(mode, flow, again), self.next_death
        self.fatal[:], self.next_death = fatal, []
        for step in _STEPS:
            try:
                step(self.wheel, cycle)
            except Died:
                self.truth.reached["died"] += 1
                break
            except FlywheelError as error:
                self.truth.reached[type(error).__name__] += 1
                break
            finally:
                self.note_decisions()
        self.fatal.clear()
        self.mood.meanwhile.clear()

    def note_decisions(self) -> None:
        """Tell the truth of decisions that are new, as they stand now; nobody has touched them yet."""
        rows = self.rows(
            "SELECT id, person_id, play, channel, arm, status, approvals, decided_at, not_after FROM decision"
        )
        for id_, person, play, channel, arm, status, approvals, at, until in rows:
            if id_ not in self.truth.decisions:
                self.truth.reached[f"decided: {status}"] += 1
                decided = Decided(person, play, channel, arm, status, int(approvals), moment(at), moment(until))
                self.truth.decisions[id_] = decided

    def some(self, share: float) -> list[str]:
        """Return some of the people, each with the same chance."""
        return [person for person in PEOPLE if self.chance.random() < share]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.wheel.store.read() as shelves:
            return list(shelves._connection.execute(text(statement), values))

    def run_sql(self, statement: str, **values: Any) -> None:
        with self.wheel.store.write(None) as shelves:
            shelves._connection.execute(text(statement), values)


class Theatre:
    """Where histories are played: one folder, one configuration, one store that is put back to its origin."""

    def __init__(self, origin: Path, folder: Path) -> None:
        self._origin, self._folder = origin, folder
        self._desk, self._mail = Desk(), Mail()
        self.settings: Settings = settings_with(folder, (self._desk, self._mail))

    @contextmanager
    def stage(self, seed: int) -> Iterator[History]:
        """Set the stage for one history."""
        chance = Random(seed)
        start = BEGINNING + timedelta(days=chance.randrange(60), hours=chance.randrange(12))
        clock = [start]
        with opened(self._origin, self._folder, self.settings, clock) as wheel:
            truth, mood = Truth(wheel, start), Mood(chance)
            for channel in (self._desk, self._mail):
                channel._behind.truth, channel._behind.mood = truth, mood
            history = History(wheel, truth, mood, chance, clock, start)
            with _watched(history):
                yield history


@contextmanager
def _watched(history: History) -> Iterator[None]:
    writer = history.wheel.store._writer
    commit: Callable[[Any], None] = writer.dialect.do_commit

    def committed(connection: Any) -> None:
        history.passes()
        commit(connection)
        history.passes()

    event.listen(writer, "before_cursor_execute", history.passes)
    event.listen(writer, "after_cursor_execute", history.passes)
    writer.dialect.do_commit = committed  # type: ignore[method-assign]
    try:
        yield
    finally:
        writer.dialect.do_commit = commit  # type: ignore[method-assign]
        event.remove(writer, "before_cursor_execute", history.passes)
        event.remove(writer, "after_cursor_execute", history.passes)
