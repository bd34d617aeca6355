"""What was sent to us: stored before it is answered, read by Listen as a source's pages, replayed when mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page, SetAside
from flywheel.errors import RecordError
from flywheel.listen.prepare import prepare
from flywheel.listen.usable import bounded
from flywheel.ports import Source
from flywheel.store.shelves.sources import inbound_id
from flywheel.wheel import Flywheel

_PAGE = 500
_KEPT = timedelta(days=7)
"""So long a delivery is kept after it came: senders try again for up to three days, and are known by their keys."""


def receive(wheel: Flywheel, source: Source, key: str, body: str, now: datetime) -> bool:
    """Store what was sent to a source, once per key (the sender's own id of it); return whether it was new.

    Answer the sender 202 when this has returned: what it was told that we have, we have.
    """
    locked = wheel.vault.lock(body, inbound_id(source.id, key))
    with wheel.store.write(None) as shelves:
        return shelves.sources.receive(source.id, key, locked, now)


def inbound_pages(wheel: Flywheel, cycle: Cycle, source: Source, since: Cursor | None) -> Iterator[Page[Feedback]]:
    """Yield what was sent to a source since its cursor; what was read a while ago is let go."""
    after = int(str(since.value)) if since else 0
    with wheel.store.write(cycle.fence) as shelves:
        shelves.sources.expire_inbound(source.id, after, cycle.as_of - _KEPT)
    while True:
        with wheel.store.read() as shelves:
            waiting = shelves.sources.inbound(source.id, after, _PAGE)
        if not waiting:
            return
        rows: list[Feedback] = []
        refused: list[SetAside] = []
        for one in waiting:
            raw = wheel.vault.unlock(one.body, one.id)
            try:
                rows += source.parse(raw)
            except RecordError as error:
                refused.append(SetAside(position=f"inbound {one.seq}", reason=str(error), raw=raw))
        after = waiting[-1].seq
        yield Page(rows, Cursor(value=after), refused)


def replay(wheel: Flywheel, source: Source, now: datetime) -> tuple[int, Counter[str], int]:
    """Try again what was set aside of a source; return how many could be used, why others not, how many were not kept.

    Each goes in as if it had come now, in one transaction with the word that it was replayed.
    """
    with wheel.store.read() as shelves:
        kept = shelves.sources.set_aside(source.id)
        turn = shelves.cycles.newest("cycle") if any(one.raw for one in kept) else None
    still: Counter[str] = Counter()
    used = 0
    for one in kept:
        if one.raw is None:
            continue
        try:
            rows = source.parse(wheel.vault.unlock(one.raw, one.id))
        except RecordError as error:
            still[str(error)] += 1
            continue
        usable, refused = bounded(FeedbackColumns.of(rows))
        if refused:
            still[refused[0].reason] += 1
            continue
        heard = prepare(usable, source, zone_of(wheel.settings), wheel.vault.pseudonym, Counter())
        cycle = turn.cycle if turn else _no_cycle(now)
        with wheel.store.write(None) as shelves:
            shelves.feedback.add(source.id, heard, cycle, wheel.settings.segments)
            shelves.revisions.add(heard, cycle, wheel.settings.segments)
            shelves.sources.replayed(one, now)
        used += 1
    return used, still, sum(one.raw is None for one in kept)


def _no_cycle(now: datetime) -> Cycle:
    window = Window(since=now, until=now)
    return Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=now, mode="live", period=0, config_hash="",
        fence=0,
    )  # fmt: skip
