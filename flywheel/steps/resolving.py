"""Resolve: which causes get an owner, and what the next cycle does differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flywheel.config import Settings
from flywheel.config.settings import Touchpoint
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.initiative import Initiative, Setting
from flywheel.domain.outcome import Lift
from flywheel.orient.causes import Cause, TopicMap, behind_signs, causes, finding_signs
from flywheel.orient.expect import PlayLift
from flywheel.orient.resolve import Register, Turn, ask_setting, focus_setting, new_initiatives, play_settings
from flywheel.orient.topic_moves import TOPIC, Heard, topic_moves, unnoticed
from flywheel.steps.challenging import challenge_initiatives
from flywheel.steps.observing import last_turns
from flywheel.store import Shelves
from flywheel.store.shelves.cycles import PastCycle
from flywheel.wheel import Flywheel

_VOICES: tuple[Voice, ...] = ("customer", "employee")
_QUOTED_TOPICS, _QUOTED_EACH = 3, 5
_SHADOW = "shadow run: nothing is changed"


class _Resolved(NamedTuple):
    moves: list[Finding]
    initiatives: list[Initiative]
    settings: list[Setting]


def resolve(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Open initiatives against the causes that matter most, and hand settings to the next cycle."""
    with wheel.store.read() as shelves:
        found = _resolved(wheel, shelves, cycle)
    free = [one for one in found.settings if one.name not in wheel.settings.locked]
    locked, done = len(found.settings) - len(free), len(found.initiatives) + len(free)
    if cycle.mode == "shadow":
        return Tally(step="resolve", skipped=done, reasons={_SHADOW: 1})
    with wheel.store.write(cycle.fence) as shelves:
        shelves.findings.add(found.moves)
        shelves.initiatives.open(found.initiatives)
        held_against = challenge_initiatives(shelves, cycle, found.initiatives)
        for setting in free:
            shelves.cycles.add_setting(setting)
            shelves.audit.note(wheel.clock(), "ooda", "set", setting.name, setting.id)
    moved = sum(one.part == TOPIC for one in found.moves)
    counts = {"initiative": len(found.initiatives), "setting": len(free), "locked": locked, "move": moved}
    reasons = {name: n for name, n in counts.items() if n} or {"no cause stands out": 1}
    skipped = locked or int(not done)
    return Tally(step="resolve", done=done, skipped=skipped, reasons=reasons, warnings=held_against)


def _resolved(wheel: Flywheel, shelves: Shelves, cycle: Cycle) -> _Resolved:
    settings, turn = wheel.settings, Turn(cycle_id=cycle.id, now=cycle.as_of)
    turned = last_turns(shelves, settings.ooda.observed)
    lifts = shelves.learning.lifts(turned[0].cycle.id) if turned else []
    moves, told = _causes(wheel, shelves, cycle, [one.cycle.period for one in turned])
    register = shelves.initiatives.register()
    known = Register(
        initiatives=tuple(register), lifts=tuple(_of_plays(settings, lifts)), costs=_costs(settings),
        voices=_voices(wheel, shelves, told, turned),
    )  # fmt: skip
    new = new_initiatives(told, known, settings.owner_of, turn, settings.ooda)
    ours = {one.id: one for one in (*register, *new)}
    spots = [one for one in shelves.findings.of(cycle.id, "blind spot") if one.part and one.verdict == "less"]
    asked = (
        focus_setting(told, list(ours.values()), turn, settings.ooda),
        ask_setting([one for one in spots if one.brand == settings.brand.name], turn, settings.ooda),
    )
    in_force = {one.name: one for one in shelves.cycles.settings_in_force(cycle.as_of)}
    by_play = {play.name: [one for one in lifts if one.play == play.name] for play in settings.plays}
    switches = play_settings(by_play, settings.plays, in_force, turn, settings.ooda)
    return _Resolved(moves, new, [*(one for one in asked if one is not None), *switches])


def _causes(
    wheel: Flywheel, shelves: Shelves, cycle: Cycle, periods: Sequence[int]
) -> tuple[list[Finding], list[Cause]]:
    """Return how topics moved between the newest period and those before it, and the causes of unhappiness now."""
    settings = wheel.settings
    brand, newest = settings.brand.name, list(periods[:1]) or [cycle.period]
    now, before = (
        [_heard(wheel, shelves, one, voice, when) for one in (brand, *settings.competitors) for voice in _VOICES]
        for when in (newest, periods[1:])
    )
    map_ = TopicMap(
        touchpoints={rule.topic: rule.touchpoint or "" for rule in settings.topics},
        moments_of_truth=frozenset(point.name for point in _points(settings) if point.moment_of_truth),
    )
    moves = topic_moves(now, before, settings.ooda.cause_floor, cycle.id)
    moves += unnoticed(now, before, settings.ooda.cause_floor, cycle.id)
    own, peers = [one for one in now if one.brand == brand], [one for one in now if one.brand != brand]
    signs = [
        *behind_signs(own, peers, shelves.standings.of(cycle.id)),
        *finding_signs([*shelves.findings.of(cycle.id), *moves], brand, map_),
    ]
    return moves, causes(own, list({(one.id, one.topic): one for one in signs}.values()), map_, settings.ooda)


def _heard(wheel: Flywheel, shelves: Shelves, brand: str, voice: Voice, periods: Sequence[int]) -> Heard:
    model = wheel.settings.analyzer.model_name
    counts = shelves.readings.by_brand(model, periods)
    topics = shelves.readings.by_group(model, "topic", brand, voice, periods)
    n_read = sum(one.n_read for one in counts if (one.brand, one.voice) == (brand, voice))
    return Heard(brand=brand, voice=voice, n_read=n_read, topics=tuple(topics))


def _voices(
    wheel: Flywheel, shelves: Shelves, told: Sequence[Cause], turned: Sequence[PastCycle]
) -> dict[str, tuple[str, ...]]:
    """Return the ids of feedback that says the weightiest causes in its own words."""
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
