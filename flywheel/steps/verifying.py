"""Verify: what became of finished work, by what people say now; nothing else closes an initiative as verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Initiative, Milestone
from flywheel.orient.verify import SPENT, Change, Effect, Spans, effect_of, look_is_due, spans, too_little_past
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

_SHADOW = "shadow run: nothing is changed"


def verify(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hold what people say of finished work against topics that nobody worked on; only that closes an initiative."""
    if cycle.mode == "shadow":
        return Tally(step="verify", skipped=1, reasons={_SHADOW: 1})
    with wheel.store.read() as shelves:
        told = [_verified(wheel, shelves, one, cycle) for one in shelves.initiatives.register("done")]
    found = [one for one in told if isinstance(one, Milestone)]
    with wheel.store.write(cycle.fence) as shelves:
        for one in shelves.initiatives.note(found):
            shelves.audit.note(wheel.clock(), "ooda", one.kind, "initiative", one.initiative_id)
    names = [one.kind if isinstance(one, Milestone) else one for one in told]
    return Tally(
        step="verify",
        done=len(found),
        skipped=len(told) - len(found),
        reasons={name: names.count(name) for name in names},
    )


def _verified(wheel: Flywheel, shelves: Shelves, one: Initiative, cycle: Cycle) -> Milestone | str:
    rules, zone = wheel.settings.ooda, zone_of(wheel.settings)
    past = [told for told in shelves.initiatives.milestones(one.id) if told.cycle_id != cycle.id]
    done = next(told for told in reversed(past) if told.kind == "done")
    looks = sum(told.kind == "cannot tell yet" for told in past)
    if looks == len(SPENT):
        return "cannot tell, and will not"
    if not look_is_due(done.at, cycle.as_of, looks, rules.verify_after_days):
        return "too early to look"
    began, finished, today = (at.astimezone(zone).date() for at in (done.began or done.at, done.at, cycle.as_of))
    over = spans(began, finished, today, rules.verify_before_days)
    changes = _changes(wheel, shelves, one.voice, over)
    touched = _touched(shelves.initiatives.register(), shelves, over.before[0])
    mine = changes.get(one.topic, Change(topic=one.topic, before=0, after=0))
    untouched = [change for topic, change in changes.items() if (one.voice, topic) not in touched]
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    first = shelves.initiatives.heard_from(model, brand, one.voice, over.before)
    effect = too_little_past(over, first) or effect_of(mine, untouched, looks + 1, rules.worth)
    return _milestone(one, cycle, mine, effect, over, untouched)


def _changes(wheel: Flywheel, shelves: Shelves, voice: str, over: Spans) -> dict[str, Change]:
    def unhappy(days: tuple[date, date]) -> dict[str, int]:
        model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
        return {found.name: found.n_negative for found in shelves.initiatives.mentions(model, brand, voice, days)}

    before, after = unhappy(over.before), unhappy(over.after)
    return {
        topic: Change(topic=topic, before=before.get(topic, 0), after=after.get(topic, 0))
        for topic in sorted(before | after)
    }


def _touched(register: Sequence[Initiative], shelves: Shelves, since: date) -> set[tuple[str, str]]:
    """Return the topics that somebody works on, or worked on since: they are no measure of what happens by itself."""
    worked = [
        one
        for one in register
        if one.status in ("open", "done")
        or any(told.kind == "done" and told.at.date() >= since for told in shelves.initiatives.milestones(one.id))
    ]
    return {(one.voice, one.topic) for one in worked}


def _milestone(
    one: Initiative, cycle: Cycle, mine: Change, effect: Effect, over: Spans, untouched: Sequence[Change]
) -> Milestone:
    lengths = [(last - first).days + 1 for first, last in (over.before, over.after)]
    reason = (
        f"{effect.reason}: {mine.before} unhappy mentions in the {lengths[0]} days before, {mine.after} in the "
        f"{lengths[1]} days after, beside {', '.join(change.topic for change in untouched) or 'no other topic'}"
    )
    return Milestone(
        id=content_id("milestone", one.id, cycle.id, "verify"), initiative_id=one.id, cycle_id=cycle.id,
        kind=effect.verdict, actor="ooda", reason=reason, at=cycle.as_of, effect=effect.effect, low=effect.low,
        high=effect.high,
    )  # fmt: skip
