"""Care, the inner loop: cases for who needs an answer, what became of them, and thanks to whoever earned them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flywheel.decide.cases import escalations, register
from flywheel.domain.cycle import Cycle, Tally
from flywheel.wheel import Flywheel


def care(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Open, reopen and escalate cases, note answers and recoveries, pass praise on; a shadow turn leaves no trace."""
    if cycle.mode == "shadow":
        return Tally(step="care")
    settings, rules = wheel.settings, wheel.settings.care
    model, brand = settings.analyzer.model_name, settings.brand.name
    oldest = cycle.as_of - timedelta(days=rules.not_after_days)
    with wheel.store.read() as shelves:
        heard = shelves.cases.heard(cycle, model, brand, oldest)
        standing = shelves.cases.newest(sorted({one.person_id for one in heard}))
    written = register(heard, standing, rules, settings.owner_of, cycle.id)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cases.add(written.opened, written.events)
        answered = shelves.cases.note_answers(cycle)
        late = [one for one in shelves.cases.register(status="open") if one.overdue(cycle.as_of)]
        shelves.cases.add([], escalations(late, rules, cycle.as_of, cycle.id))
        praised = shelves.thanks.pass_on(cycle, model, brand, oldest, rules.earned_by, settings.owner_of)
    kinds = [one.kind for one in written.events]
    counts = {"case answered": answered, "case reopened": kinds.count("reopened"), "thanks": praised,
              "recovered": kinds.count("recovered"), "asked again": kinds.count("again")}  # fmt: skip
    return Tally(
        step="care", done=len(written.opened), reasons={name: n for name, n in sorted(counts.items()) if n},
        warnings=tuple(
            f"{owner}: answers to people that are overdue: {n}."
            for owner, n in sorted(Counter(one.owner for one in late).items())
        ),
    )  # fmt: skip
