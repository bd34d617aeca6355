"""What the feedback itself tells of people afterwards, made into outcomes before anything is learned from them."""

from __future__ import annotations

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Cursor
from flywheel.listen.feedback_outcomes import FeedbackOutcomes
from flywheel.wheel import Flywheel


def hear_afterwards(wheel: Flywheel, cycle: Cycle) -> int:
    """Store what new feedback tells of those who had spoken before; return how many outcomes are new."""
    return sum(_hear(wheel, cycle, one) for one in wheel.settings.outcomes if isinstance(one, FeedbackOutcomes))


def _hear(wheel: Flywheel, cycle: Cycle, source: FeedbackOutcomes) -> int:
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    with wheel.store.read() as shelves:
        cursor, newest = shelves.feedback.cursor(source.id), shelves.afterwards.newest()
        span = (int(str(cursor.value)) if cursor else 0, newest)
        found = shelves.afterwards.outcomes(source.id, model, brand, span, source.days)
    wanted = [one for one in found if one.outcome.metric in source.metrics]
    with wheel.store.write(cycle.fence) as shelves:
        new = shelves.outcomes.add(source.id, wanted, cycle.as_of, cycle.id)
        shelves.feedback.save_cursor(source.id, Cursor(value=newest), new, cycle.as_of, cycle.id)
    return new
