"""Correcting: what people say of readings is kept, taught to the organisation's heads, and heads go live or back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flywheel.domain.correction import Correction, Field, HeadEvent
from flywheel.domain.reading import Texts
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.ports import Analyzer
from flywheel.store.shelves.corrections import Corrected, Taught
from flywheel.understand.challenge import HELD_OUT, Compared, compared, part_of
from flywheel.understand.head import Head, chances, trained
from flywheel.understand.headed import Headed, judged
from flywheel.understand.vocabulary import Array
from flywheel.wheel import Flywheel

TAUGHT: tuple[Field, ...] = ("sentiment", "intent")
"""Fields that have a head; corrections of the others stand in the readings and teach nothing yet."""
FEWEST_LABELS = 60
FEWEST_OF_EACH = 10
FEWEST_HELD_OUT = 20


class Lesson(Record):
    """What came of training one field's head; `says` is in words."""

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
    return [_lesson(wheel, field, now) for field in TAUGHT]


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
        waiting = shelves.corrections.read_again()
        shelves.audit.note(now, "flywheel", "roll back head", field, f"to {to or 'none'}; {waiting} wait to be read")
    return to


def _lesson(wheel: Flywheel, field: Field, now: datetime) -> Lesson:
    with wheel.store.read() as shelves:
        taught, events = shelves.corrections.taught(field), shelves.corrections.events(field)
    past = [one for one in events if one.event == "compared"]
    held = len(past) % HELD_OUT
    parts = [part_of(one) for one in taught.feedback_id]
    learn = [row for row, part in enumerate(parts) if part >= HELD_OUT]
    asked = [row for row, part in enumerate(parts) if part == held]
    learn = _often_enough(taught, learn)
    few = _too_few(taught, learn, asked)
    if few:
        return Lesson(field=field, says=few, labels=len(taught.label))
    head, result = _challenge(wheel, field, taught, learn, asked)
    live = result.won and _won_before(events, past)
    event = HeadEvent(
        field=field, head_id=head.name(), event="compared", at=now, fold=held, n=result.n, own=result.own,
        other=result.other, low=result.low, won=result.won,
    )  # fmt: skip
    waiting = _keep(wheel, head, event, live=live)
    return Lesson(
        field=field, says=_says(result, live=live), labels=len(taught.label), head_id=head.name(), own=result.own,
        other=result.other, low=result.low, won=result.won, live=live, waiting=waiting,
    )  # fmt: skip


def _challenge(
    wheel: Flywheel, field: Field, taught: Taught, learn: Sequence[int], asked: Sequence[int]
) -> tuple[Head, Compared]:
    """Train on one part, and ask the challenger and what reads now about the other."""
    analyzer = wheel.settings.analyzer
    beneath = analyzer.beneath if isinstance(analyzer, Headed) else analyzer
    texts, labels = _some(taught.text, learn), _some(taught.label, learn)
    beside = _beside(beneath, taught, learn) if field == "sentiment" else None
    head = trained(texts, labels, beside, wheel.settings.seed)
    beside_asked = _beside(beneath, taught, asked) if field == "sentiment" else None
    own = judged(head, _some(taught.text, asked), beside_asked)[1]
    readings = analyzer.read(_texts(taught, asked), wheel.settings.topics)
    other = [one or "none" for one in (readings.label if field == "sentiment" else readings.intent)]
    return head, compared(_some(taught.label, asked), own, other, wheel.settings.seed)


def _keep(wheel: Flywheel, head: Head, event: HeadEvent, *, live: bool) -> int:
    """Store a head and how it did; once it is live, everything waits to be read again. Return how much."""
    analyzer = wheel.settings.analyzer.model_name
    with wheel.store.write(None) as shelves:
        shelves.corrections.add_head(event.head_id, event.field, analyzer, head.packed(), len(head.labels), event.at)
        shelves.corrections.add_event(event)
        if not live:
            return 0
        won = HeadEvent(field=event.field, head_id=event.head_id, event="live", at=event.at, detail="won twice running")
        shelves.corrections.add_event(won)
        waiting = shelves.corrections.read_again()
        shelves.audit.note(event.at, "flywheel", "head goes live", event.field, f"{event.head_id}; {waiting} to read")
    return waiting


def _won_before(events: Sequence[HeadEvent], past: Sequence[HeadEvent]) -> bool:
    """Return whether the last challenge was won too, and nothing went live or back since."""
    return bool(past) and past[-1].won and events[-1] is past[-1]


def _often_enough(taught: Taught, learn: Sequence[int]) -> list[int]:
    often = Counter(taught.label[row] for row in learn)
    return [row for row in learn if often[taught.label[row]] >= FEWEST_OF_EACH]


def _too_few(taught: Taught, learn: Sequence[int], asked: Sequence[int]) -> str | None:
    labels = {taught.label[row] for row in learn}
    if len(labels) < 2 or len(learn) < FEWEST_LABELS or len(asked) < FEWEST_HELD_OUT:
        return (
            f"too few labels to learn from: {len(learn)} of {len(labels)} values ({FEWEST_OF_EACH} or more of each), "
            f"{len(asked)} held out; {FEWEST_LABELS} and {FEWEST_HELD_OUT} are needed"
        )
    return None


def _says(result: Compared, *, live: bool) -> str:
    figures = f"macro-F1 {result.own:.3f} beside {result.other:.3f} on {result.n} labels that neither has seen"
    if live:
        return f"{figures}: won twice running, it is live"
    if result.won:
        return f"{figures}: won once; it goes live when the next one wins too"
    return f"{figures}: not surely better, nothing changes"


def _beside(analyzer: Analyzer, taught: Taught, rows: Sequence[int]) -> Array:
    return chances(analyzer.read(_texts(taught, rows), ()))


def _texts(taught: Taught, rows: Sequence[int]) -> Texts:
    n = len(rows)
    return Texts(_some(taught.text, rows), [taught.language[row] for row in rows], [None] * n, [""] * n)


def _some(column: Sequence[str], rows: Sequence[int]) -> list[str]:
    return [column[row] for row in rows]
