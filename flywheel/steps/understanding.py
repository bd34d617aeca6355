"""Understand and predict: read what waits, batch by batch; then foresee for those of whom something new was read."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.cycle import EVERYTHING, Cycle, Span, Tally
from flywheel.domain.reading import Texts
from flywheel.store.codec import parts
from flywheel.wheel import Flywheel

_BATCHES_OF_A_SPAN = 4
_PEOPLE = 5_000


def understand(wheel: Flywheel, cycle: Cycle, span: Span = EVERYTHING) -> Tally:
    """Read all that waits in a span; readings, roll-ups and the inbox change in one transaction a batch."""
    settings, counts, last = wheel.settings, Counter[str](), span.first - 1
    analyzer = settings.analyzer.for_cycle(cycle.id)
    while True:
        with wheel.store.read() as shelves:
            batch = shelves.feedback.unread(settings.batch_size, Span(first=last + 1, last=span.last))
        if not len(batch):
            break
        texts = Texts(text=batch.text, language=batch.language, touchpoint=list(batch.touchpoint), brand=batch.brand)
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


def predict(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Foresee for our own customers of whom this cycle read something, part by part."""
    model, done = wheel.settings.analyzer.model_name, 0
    with wheel.store.read() as shelves:
        people = shelves.people.heard(cycle, model, wheel.settings.brand.name)
    for part in parts(people, _PEOPLE):
        with wheel.store.read() as shelves:
            histories = shelves.people.histories(part, cycle, model)
        made = [one for predictor in wheel.settings.predictors for one in predictor.predict(histories)]
        with wheel.store.write(cycle.fence) as shelves:
            shelves.people.add_predictions(cycle, made)
        done += len(made)
    return Tally(step="predict", done=done)
