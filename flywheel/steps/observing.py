"""Observe and assess: what the last periods saw and did, and how mature the wheel is because of it."""

from __future__ import annotations

from collections import Counter

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.loop import Observation, stage_of
from flywheel.orient.maturity import Telemetry, maturity, values
from flywheel.store import Shelves
from flywheel.store.shelves.cycles import PastCycle
from flywheel.wheel import Flywheel

_TURNED = ("completed", "partial")
_TRIED = 10
"""Turns looked through for each that came to an end: some failed, some were turned again."""
_OFFER_WITHHELD = "offer withheld: help comes first"
_NOT_SENT_FOR_GOOD = ("failed", "dead", "unknown", "cancelled", "suppressed", "expired")


def observe(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Look at what the last periods said, foresaw, did and learned, and at what was left undone and why."""
    with wheel.store.read() as shelves:
        past = last_turns(shelves, wheel.settings.ooda.observed)
        seen = [_observed(wheel, shelves, one, cycle.id) for one in past]
    with wheel.store.write(cycle.fence) as shelves:
        shelves.observations.add(seen)
    undone = sum((Counter(one.undone) for one in seen), Counter[str]())
    reasons = {"decisions left undone": undone.total(), "steps that failed": sum(one.failed_steps for one in seen)}
    return Tally(step="observe", done=len(seen), reasons={name: n for name, n in reasons.items() if n})


def assess(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Say how mature the wheel is by what was counted, and what teams say of the four values that nobody can count."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        seen = Telemetry(
            observations=tuple(shelves.observations.of(cycle.id)), standings=tuple(shelves.standings.of(cycle.id)),
            initiatives=tuple(shelves.initiatives.register()),
            brand_owners=frozenset(point.owner for stage in settings.journey for point in stage.touchpoints),
        )  # fmt: skip
    today = cycle.as_of.astimezone(zone_of(settings)).date()
    told = maturity(seen, cycle.id)
    said = values(settings.assessment, today, settings.orient.max_age_days, cycle.id)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.observations.add_maturity([*told, *said])
    silent = sum(one.value is None for one in said)
    reasons = {f"stage reached: {stage_of(told) or 'none yet'}": 1, "values that no team spoke of": silent}
    return Tally(step="assess", done=len(told) + len(said), reasons={name: n for name, n in reasons.items() if n})


def last_turns(shelves: Shelves, n: int) -> list[PastCycle]:
    """Return the newest turns of the main flow that came to an end, newest first; one for each period."""
    turned = [one for one in shelves.cycles.history(_TRIED * n, "cycle") if one.status in _TURNED]
    newest = {one.cycle.period: one for one in reversed(turned)}
    return [newest[period] for period in sorted(newest, reverse=True)[:n]]


def _observed(wheel: Flywheel, shelves: Shelves, past: PastCycle, cycle_id: str) -> Observation:
    model, brand, period = wheel.settings.analyzer.model_name, wheel.settings.brand.name, past.cycle.period
    ids = [one.id for one in shelves.cycles.of_period(period)]
    counts = shelves.readings.by_brand(model, [period])
    decisions, messages = shelves.decisions.summary(ids), shelves.outbox.statuses(ids)
    tallies = [tally for one in ids for tally in shelves.cycles.steps(one)]
    withheld = sum((Counter(tally.reasons) for tally in tallies if tally.step == "decide"), Counter[str]())
    lifts, foreseen = shelves.learning.lifts(past.cycle.id), shelves.people.foreseen(ids, "churn", 1.0)
    return Observation(
        cycle_id=cycle_id, seen=past.cycle.id, period=period, since=past.cycle.window.since,
        until=past.cycle.window.until,
        said=sum(one.n for one in counts if (one.brand, one.voice) == (brand, "customer")),
        said_by_staff=sum(one.n for one in counts if (one.brand, one.voice) == (brand, "employee")),
        said_of_peers=sum(one.n for one in counts if one.brand != brand),
        read=sum(one.n_read for one in counts),
        scores=shelves.observations.scores(brand, "customer", [period]),
        media=len(shelves.readings.by_group(model, "medium", brand, "customer", [period])),
        predicted=foreseen.n if foreseen else 0, decided=decisions.ended("decided"),
        held_out=decisions.ended("held out"), waiting=decisions.ended("waiting"), blocked=decisions.ended("blocked"),
        sent=messages["sent"], unsent=sum(messages[one] for one in _NOT_SENT_FOR_GOOD),
        offers_withheld=withheld[_OFFER_WITHHELD], lifts=len(lifts),
        sure_lifts=sum(one.verdict != "cannot tell" for one in lifts),
        learnings=len(shelves.learning.of([past.cycle.id])), changed=decisions.changed,
        failed_steps=sum(bool(tally.error) for tally in tallies), undone=dict(sorted(withheld.items())),
    )  # fmt: skip
