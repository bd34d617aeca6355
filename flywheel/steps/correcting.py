"""Correcting: what people say of readings is kept, taught to the organisation's heads, and heads go live or back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flywheel.domain.correction import FIELDS, SEVERAL, Correction, Field, HeadEvent
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.store import Shelves
from flywheel.store.shelves.corrections import Corrected
from flywheel.understand.challenge import HELD_OUT, Compared
from flywheel.understand.head import Head
from flywheel.understand.headed import with_heads
from flywheel.understand.several import SeveralHead
from flywheel.understand.teaching import Plan, challenged, material, planned
from flywheel.wheel import Flywheel


class Lesson(Record):
    """What came of training one field's head; `says` is in words, of the `seldom` values there are too few labels."""

    field: Field
    says: str
    labels: int
    head_id: str | None = None
    own: float | None = None
    other: float | None = None
    low: float | None = None
    won: bool = False
    live: bool = False
    waiting: int = 0
    seldom: tuple[str, ...] = ()


def keep_corrections(wheel: Flywheel, corrections: Sequence[Correction], now: datetime) -> Corrected:
    """Store corrections and put the readings and sums right that they are about."""
    topics = {rule.topic for rule in wheel.settings.topics}
    for one in corrections:
        unknown = [topic for topic in one.values if one.field == "topic" and topic not in topics]
        if unknown:
            raise ConfigError(f"There is no topic {unknown[0]!r}; there is {', '.join(sorted(topics))}.")
    with wheel.store.write(None) as shelves:
        found = shelves.corrections.add(corrections, wheel.settings.analyzer.model_name, now)
        shelves.audit.note(now, "flywheel", "import corrections", "readings", f"{found.new} new")
    return found


def teach(wheel: Flywheel, now: datetime) -> list[Lesson]:
    """Train a challenger for each field with labels enough; it goes live when it has won twice running.

    Each challenge is judged on another part of the labels, and no head has ever learned from either.
    """
    return [_lesson(wheel, field, now) for field in FIELDS]


def roll_back(wheel: Flywheel, field: Field, reason: str, now: datetime) -> str:
    """Let the head before the live one read again, or none; return its id, '' for none."""
    with wheel.store.write(None) as shelves:
        live = shelves.corrections.live().get(field)
        if live is None:
            raise ConfigError(f"No head of {field} is live: there is nothing to roll back.")
        before = [one.head_id for one in shelves.corrections.events(field) if one.event == "live"]
        earlier = before[: before.index(live[0])]
        to = earlier[-1] if earlier else ""
        shelves.corrections.add_event(HeadEvent(field=field, head_id=to, event="rolled back", at=now, detail=reason))
        waiting = _read_again(wheel, shelves)
        shelves.audit.note(now, "flywheel", "roll back head", field, f"to {to or 'none'}; {waiting} wait to be read")
    return to


def _lesson(wheel: Flywheel, field: Field, now: datetime) -> Lesson:
    topics = wheel.settings.topics
    with wheel.store.read() as shelves:
        taught, events = shelves.corrections.taught(field), shelves.corrections.events(field)
    past = [one for one in events if one.event == "compared"]
    held = len(past) % HELD_OUT
    said = material(field, taught.text, taught.language, taught.label, topics)
    plan = planned(said, taught.feedback_id, held)
    few = plan.too_few()
    if few:
        return Lesson(field=field, says=few, labels=len(taught.label), seldom=plan.seldom)
    head, result = challenged(plan, wheel.settings.analyzer, topics, wheel.settings.seed)
    live = result.won and _won_before(events, past)
    event = HeadEvent(
        field=field, head_id=head.name(), event="compared", at=now, fold=held, n=result.n, own=result.own,
        other=result.other, low=result.low, won=result.won,
    )  # fmt: skip
    waiting = _keep(wheel, head, event, live=live)
    return Lesson(
        field=field, says=_says(result, plan, live=live), labels=len(taught.label), head_id=head.name(), own=result.own,
        other=result.other, low=result.low, won=result.won, live=live, waiting=waiting, seldom=plan.seldom,
    )  # fmt: skip


def _keep(wheel: Flywheel, head: Head | SeveralHead, event: HeadEvent, *, live: bool) -> int:
    """Store a head and how it did; once it is live, everything waits to be read again. Return how much."""
    analyzer = wheel.settings.analyzer.model_name
    with wheel.store.write(None) as shelves:
        shelves.corrections.add_head(event.head_id, event.field, analyzer, head.packed(), len(head.labels), event.at)
        shelves.corrections.add_event(event)
        if not live:
            return 0
        won = HeadEvent(field=event.field, head_id=event.head_id, event="live", at=event.at, detail="won twice running")
        shelves.corrections.add_event(won)
        waiting = _read_again(wheel, shelves)
        shelves.audit.note(event.at, "flywheel", "head goes live", event.field, f"{event.head_id}; {waiting} to read")
    return waiting


def _read_again(wheel: Flywheel, shelves: Shelves) -> int:
    """Let everything wait that was not read with the heads that are live now."""
    live = {field: content for field, (_, content) in shelves.corrections.live().items()}
    return shelves.corrections.read_again(with_heads(wheel.settings.analyzer, live).model_name)


def _won_before(events: Sequence[HeadEvent], past: Sequence[HeadEvent]) -> bool:
    """Return whether the last challenge was won too, and nothing went live or back since."""
    return bool(past) and past[-1].won and events[-1] is past[-1]


def _says(result: Compared, plan: Plan, *, live: bool) -> str:
    figures = f"macro-F1 {result.own:.3f} beside {result.other:.3f} on {result.n} labels that neither has seen"
    if live:
        told = "won twice running, it is live"
    elif result.won:
        told = "won once; it goes live when the next one wins too"
    else:
        told = "not surely better, nothing changes"
    if not plan.seldom:
        return f"{figures}: {told}"
    rest = "read as before" if plan.learn.field in SEVERAL else "never said by it"
    return f"{figures}: {told}; too few labels of {', '.join(plan.seldom)}, {rest}"
