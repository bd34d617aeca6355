"""Resolve: which causes get an owner, and what the next cycle does differently."""

from __future__ import annotations

from collections.abc import Sequence

from flywheel.config import Settings
from flywheel.config.settings import Touchpoint
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.feedback import Voice
from flywheel.domain.initiative import Initiative, Setting
from flywheel.domain.outcome import Lift
from flywheel.orient.causes import Cause, Heard, TopicMap, behind_signs, causes, finding_signs
from flywheel.orient.expect import PlayLift
from flywheel.orient.resolve import Register, Turn, ask_setting, focus_setting, new_initiatives, play_settings
from flywheel.steps.observing import last_turns
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

_VOICES: tuple[Voice, ...] = ("customer", "employee")
_QUOTED_TOPICS, _QUOTED_EACH = 3, 5
_SHADOW = "shadow run: nothing is changed"


def resolve(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Open initiatives against the causes that matter most, and hand settings to the next cycle."""
    with wheel.store.read() as shelves:
        initiatives, settings = _resolved(wheel, shelves, cycle)
    free = [one for one in settings if one.name not in wheel.settings.locked]
    reasons = {"initiative": len(initiatives), "setting": len(free), "locked": len(settings) - len(free)}
    if cycle.mode == "shadow":
        return Tally(step="resolve", skipped=len(initiatives) + len(free), reasons={_SHADOW: 1})
    with wheel.store.write(cycle.fence) as shelves:
        shelves.initiatives.open(initiatives)
        for setting in free:
            shelves.cycles.add_setting(setting)
            shelves.audit.note(wheel.clock(), "ooda", "set", setting.name, setting.id)
    done = len(initiatives) + len(free)
    reasons = {name: n for name, n in reasons.items() if n} or {"no cause stands out": 1}
    return Tally(step="resolve", done=done, skipped=len(settings) - len(free) or int(not done), reasons=reasons)


def _resolved(wheel: Flywheel, shelves: Shelves, cycle: Cycle) -> tuple[list[Initiative], list[Setting]]:
    settings, turn = wheel.settings, Turn(cycle_id=cycle.id, now=cycle.as_of)
    rules = settings.ooda
    told = _causes(wheel, shelves, cycle)
    turned = last_turns(shelves, 1)
    lifts = shelves.learning.lifts(turned[0].cycle.id) if turned else []
    register = shelves.initiatives.register()
    known = Register(
        initiatives=tuple(register), lifts=tuple(_of_plays(settings, lifts)), costs=_costs(settings),
        voices=_voices(wheel, shelves, told),
    )  # fmt: skip
    new = new_initiatives(told, known, settings.owner_of, turn, rules)
    ours = {one.id: one for one in (*register, *new)}
    in_force = {one.name: one for one in shelves.cycles.settings_in_force(cycle.as_of)}
    by_play = {play.name: [one for one in lifts if one.play == play.name] for play in settings.plays}
    spots = [one for one in shelves.findings.of(cycle.id, "blind spot") if one.part and one.verdict == "less"]
    asked = (focus_setting(told, list(ours.values()), turn, rules), ask_setting(spots, turn, rules))
    switches = play_settings(by_play, settings.plays, in_force, turn, rules)
    return new, [*(one for one in asked if one is not None), *switches]


def _causes(wheel: Flywheel, shelves: Shelves, cycle: Cycle) -> list[Cause]:
    settings = wheel.settings
    periods = [one.cycle.period for one in last_turns(shelves, 1)] or [cycle.period]
    own = [_heard(wheel, shelves, settings.brand.name, voice, periods) for voice in _VOICES]
    peers = [_heard(wheel, shelves, peer, voice, periods) for peer in settings.competitors for voice in _VOICES]
    map_ = TopicMap(
        touchpoints={rule.topic: rule.touchpoint or "" for rule in settings.topics},
        moments_of_truth=frozenset(point.name for point in _points(settings) if point.moment_of_truth),
    )
    signs = [
        *behind_signs(own, peers, shelves.standings.of(cycle.id)),
        *finding_signs(shelves.findings.of(cycle.id), settings.brand.name, map_),
    ]
    return causes(own, signs, map_, settings.ooda)


def _heard(wheel: Flywheel, shelves: Shelves, brand: str, voice: Voice, periods: Sequence[int]) -> Heard:
    model = wheel.settings.analyzer.model_name
    counts = shelves.readings.by_brand(model, periods)
    topics = shelves.readings.by_group(model, "topic", brand, voice, periods)
    n_read = sum(one.n_read for one in counts if (one.brand, one.voice) == (brand, voice))
    return Heard(brand=brand, voice=voice, n_read=n_read, topics=tuple(topics))


def _voices(wheel: Flywheel, shelves: Shelves, told: Sequence[Cause]) -> dict[str, tuple[str, ...]]:
    """Return the ids of feedback that says the weightiest causes in its own words."""
    turned = last_turns(shelves, 1)
    topics = [one.topic for one in told if one.voice == "customer"][:_QUOTED_TOPICS]
    ids = [one.id for one in shelves.cycles.of_period(turned[0].cycle.period)] if turned else []
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    said = shelves.readings.quotations(model, ids, brand, topics, _QUOTED_EACH) if ids else []
    return {topic: tuple(one.feedback_id for one in said if one.topic == topic) for topic in topics}


def _of_plays(settings: Settings, lifts: Sequence[Lift]) -> list[PlayLift]:
    addresses = {play.name: play.addresses for play in settings.plays}
    return [PlayLift(lift=one, addresses=addresses[one.play]) for one in lifts if one.play in addresses]


def _costs(settings: Settings) -> dict[str, float]:
    return {one.name: one.initiative_cost for one in _points(settings) if one.initiative_cost is not None}


def _points(settings: Settings) -> list[Touchpoint]:
    return [point for stage in settings.journey for point in stage.touchpoints]
