"""What Orient looks at: the facts of one turn from one read snapshot, all of them sums but the newest answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flywheel.config.settings import Settings
from flywheel.domain.cycle import Cycle
from flywheel.domain.hearing import Post
from flywheel.domain.sums import EXPECTATION, Grain, Sum, folded
from flywheel.orient.beliefs import BELIEF
from flywheel.orient.measures import is_felt
from flywheel.orient.standings import StandingRules
from flywheel.orient.warnings import Span, looked_at, needed_from
from flywheel.orient.whole import VOICES, Facts, View
from flywheel.store import Shelves
from flywheel.store.shelves.sums import SumShelf

_MOST_ANSWERS = 2_000
"""So many newest answers are enough for weights to two digits."""
_QUOTED = 3
_NEVER = "9"
"""A day after every day, for sums without daily counts."""


def view_of(settings: Settings, cycle: Cycle, turn: Cycle) -> View:
    """Return through which eyes a turn looks; `turn` is the last turn of the main flow."""
    rules = settings.orient
    return View(
        brand=settings.brand.name, peers=settings.competitors, cycle_id=cycle.id, as_of=cycle.as_of,
        period=turn.period,
        rules=StandingRules(
            floor=rules.floor, margin=rules.margin, margin_points=rules.margin_points, margin_scale=rules.margin_scale,
            max_age=timedelta(days=rules.max_age_days), max_apart=timedelta(days=rules.max_apart_days),
        ),
        reader=rules.reader, pillars=rules.pillars, promises=rules.promises, lower_is_better=rules.lower_is_better,
        touchpoints={rule.topic: rule.touchpoint for rule in settings.topics if rule.touchpoint},
        outcome_item=rules.outcome_item, min_group=settings.report.min_group, seed=settings.seed,
    )  # fmt: skip


def facts_of(settings: Settings, turn: Cycle, as_of: datetime, shelves: Shelves) -> Facts:
    """Return what Orient rests on."""
    brand, sums = settings.brand.name, shelves.sums(settings.analyzer.model_name)
    brands, periods = (brand, *settings.competitors), [turn.period - 1, turn.period]
    since = as_of - timedelta(days=settings.orient.window_days)
    span = None if sums.is_first(turn.period) else _span(settings, turn)
    daily = _NEVER if span is None else needed_from(span.since).isoformat()
    recent = sums.periods(since)
    grains = sums.grains(brands, recent, periods, f"{since:%Y-%m-%d}")
    topics, by_topic = sums.topics(brands, recent, f"{since:%Y-%m-%d}", daily)
    after = shelves.hearing.arrived_before(turn.period)
    cuts = _cuts([one for one in grains if one.whole.period and is_felt(one.whole)], brand)
    told = any(one.whole.measure == EXPECTATION and one.whole.brand == brand for one in grains)
    if settings.segments:
        cuts["segment"] = [one for one in sums.of_segments(brand, periods) if is_felt(one)]
    facts = Facts(
        sums=[*_by_medium(grains), *topics, *_of_long_ago(settings, sums, grains, since)],
        cuts=cuts, expected=sums.expected(brand, recent, f"{since:%Y-%m-%d}") if told else (),
        let_down=shelves.hearing.let_down(brand, settings.analyzer.model_name, after, _QUOTED) if told else {},
        posts=_posts(settings, recent, shelves),
        people=shelves.hearing.people(brand, settings.analyzer.model_name, after),
        loud=shelves.hearing.loudest(brand, after), stakes=shelves.hearing.stakes(brand, after), span=span,
        days={} if span is None else {"topic": by_topic, "touchpoint": sums.touchpoints(brands, recent, daily)},
    )  # fmt: skip
    return _with_answers(facts, settings, turn, shelves)


def _posts(settings: Settings, recent: Sequence[int], shelves: Shelves) -> list[Post]:
    """Return what stands in threads of those whom we hear, over the window of the measures."""
    whose = {settings.brand.name, *settings.competitors}
    after = shelves.hearing.arrived_before(min(recent)) if recent else 0
    return [one for one in shelves.threads(settings.analyzer.model_name).posts(after) if one.brand in whose]


def _span(settings: Settings, turn: Cycle) -> Span:
    """Return the days that a later turn looks at; a first one brings history, and history is no news."""
    zone = ZoneInfo(settings.brand.zone)
    since, until = looked_at(*(one.astimezone(zone).date() for one in (turn.window.since, turn.window.until)))
    return Span(since, until, date.min)


def _by_medium(grains: Sequence[Grain]) -> list[Sum]:
    return folded([one for one in grains if one.recent], lambda one: one.medium, by_period=False)


def _cuts(grains: Sequence[Grain], brand: str) -> dict[str, Sequence[Sum]]:
    """Return the sums by medium of everybody, by touchpoint and language of ours."""
    ours = [one for one in grains if one.whole.brand == brand]
    return {
        "medium": folded(grains, lambda one: one.medium, by_period=True),
        "touchpoint": folded(ours, lambda one: one.touchpoint, by_period=True),
        "language": folded(ours, lambda one: one.language, by_period=True),
    }


def _of_long_ago(settings: Settings, sums: SumShelf, grains: Sequence[Grain], since: datetime) -> list[Sum]:
    """Return the sums of brands of which nothing is recent: over the window that ends with the last word on them."""
    heard = {one.whole.brand for one in grains if one.recent}
    silent = sorted({settings.brand.name, *settings.competitors} - heard)
    last: dict[str, list[str]] = {}
    for brand, day in sums.last_days(silent).items() if silent else ():
        last.setdefault(day, []).append(brand)
    found: list[Sum] = []
    for day, names in last.items():
        until = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else since
        first, periods = f"{until - timedelta(days=settings.orient.window_days):%Y-%m-%d}", sums.all_periods()
        found += [*_by_medium(sums.grains(names, periods, [], first)), *sums.topics(names, periods, first, _NEVER)[0]]
    return found


def _with_answers(facts: Facts, settings: Settings, turn: Cycle, shelves: Shelves) -> Facts:
    """Add answers row by row, the ids of quotations and the perception gaps of the turn before."""
    rules, brand = settings.orient, settings.brand.name
    asked = {one.measure for one in facts.sums if one.basis == "survey" and one.brand == brand}
    wanted = [rules.outcome_item, *(kind for pillar in rules.pillars for kind in pillar.items)]
    wanted += [kind for promise in rules.promises for kind in (*promise.expected, *promise.delivered)]
    kinds = [kind for kind in dict.fromkeys(wanted) if kind in asked]
    answers = {
        voice: shelves.hearing.answers(brand, voice, kinds, 0, _MOST_ANSWERS) for voice in VOICES if len(kinds) > 1
    }
    points = {promise.touchpoint for promise in rules.promises}
    topics = {rule.topic: rule.touchpoint for rule in settings.topics if rule.touchpoint in points}
    ids = [one.id for one in shelves.cycles.of_period(turn.period)]
    quoted: dict[str, list[str]] = {}
    for one in shelves.readings.quotations(settings.analyzer.model_name, ids, brand, list(topics), _QUOTED):
        quoted.setdefault(topics[one.topic] or "", []).append(one.feedback_id)
    before = [one for one in shelves.cycles.of_period(turn.period - 1) if one.flow == "cycle"]
    believed = shelves.findings.of(before[0].id, "perception gap") if before and _believes(facts) else []
    gaps = {f"{one.subject}|{one.part}": one.value for one in believed if one.value is not None}
    return replace(facts, answers=answers, quotations=quoted, believed_before=gaps)


def _believes(facts: Facts) -> bool:
    return any(one.measure.startswith(BELIEF) for one in facts.sums)
