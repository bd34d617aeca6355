"""Understand: read what waits, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from flywheel.domain.cycle import EVERYTHING, Cycle, Span, Tally
from flywheel.domain.feedback import Unread
from flywheel.domain.reading import Texts
from flywheel.store import Shelves
from flywheel.understand.usual import FIRST, usual_language
from flywheel.wheel import Flywheel

_BATCHES_OF_A_SPAN = 4


def understand(wheel: Flywheel, cycle: Cycle, span: Span = EVERYTHING) -> Tally:
    """Read all that waits in a span; readings, roll-ups and the inbox change in one transaction a batch."""
    settings, counts, last = wheel.settings, Counter[str](), span.first - 1
    analyzer = settings.analyzer.for_cycle(cycle.id)
    usual: dict[str, str | None] = {}
    while True:
        with wheel.store.read() as shelves:
            batch = shelves.feedback.unread(settings.batch_size, Span(first=last + 1, last=span.last))
            usual |= _usual_languages(shelves, batch, usual)
        if not len(batch):
            break
        spoken = [usual.get(source) for source in batch.source]
        texts = Texts(
            text=batch.text, language=batch.language, touchpoint=list(batch.touchpoint), brand=batch.brand,
            reply=batch.reply if any(batch.reply) else [], usual=spoken if any(spoken) else [],
        )  # fmt: skip
        readings = analyzer.read(texts, settings.topics)
        with wheel.store.write(cycle.fence) as shelves:
            shelves.readings.add(batch, readings, cycle, settings.brand.name)
            shelves.corrections.keep(batch.seq)
        counts.update(readings.status)
        last = batch.seq[-1]
    not_read = {status: n for status, n in sorted(counts.items()) if status != "read"}
    return Tally(step="understand", done=counts["read"], skipped=sum(not_read.values()), reasons=not_read)


def understand_spans(wheel: Flywheel) -> list[Span]:
    """Divide what waits to be read among several workers."""
    with wheel.store.read() as shelves:
        return shelves.feedback.spans(_BATCHES_OF_A_SPAN * wheel.settings.batch_size)


def _usual_languages(shelves: Shelves, batch: Unread, known: Collection[str]) -> dict[str, str | None]:
    """Return what sources that do not declare their language usually bring, of those not `known` yet."""
    undeclared = {source for source, language in zip(batch.source, batch.language, strict=True) if language is None}
    return {
        source: usual_language(shelves.feedback.first_texts(source, FIRST))
        for source in sorted(undeclared.difference(known))
    }
