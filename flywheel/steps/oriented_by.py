"""What Orient looks at: the facts of one turn from one read snapshot, all of them sums but the newest answers."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flywheel.config.settings import Settings
from flywheel.domain.cycle import Cycle
from flywheel.domain.sums import Grain, Sum, folded
from flywheel.orient.beliefs import BELIEF
from flywheel.orient.standings import StandingRules
from flywheel.orient.warnings import Span, looked_at, needed_from
from flywheel.orient.whole import VOICES, Facts, View
from flywheel.store import Shelves
from flywheel.store.shelves.sums import SumShelf

_MOST_ANSWERS = 2_000
"""So many newest answers are enough for weights to two digits."""
_QUOTED = 3


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
        outcome_item=rules.outcome_item, min_group=settings.report.min_group, seed=settings.seed,
    )  # fmt: skip


def facts_of(settings: Settings, turn: Cycle, as_of: datetime, shelves: Shelves) -> Facts:
    """Return what Orient rests on."""
    brand, sums = settings.brand.name, shelves.sums(settings.analyzer.model_name)
    brands, periods = (brand, *settings.competitors), [turn.period - 1, turn.period]
    window = timedelta(days=settings.orient.window_days)
    since = as_of - window
    grains = sums.grains(brands, sums.periods(since), periods, f"{since:%Y-%m-%d}")
    after = shelves.hearing.arrived_before(turn.period)
    facts = Facts(
        sums=[*_recent(grains), *_of_long_ago(sums, {*brands} - {one.whole.brand for one in grains}, since, window)],
        cuts=_cuts([one for one in grains if one.whole.period], brand),
        people=shelves.hearing.people(brand, settings.analyzer.model_name, after),
        loud=shelves.hearing.loudest(brand, after), stakes=shelves.hearing.stakes(brand, after),
    )  # fmt: skip
    if settings.segments:
        facts = replace(facts, cuts={**facts.cuts, "segment": sums.of_segments(brand, periods)})
    facts = _with_days(facts, settings, turn, sums, brands)
    return _with_answers(facts, settings, turn, as_of, shelves)


def _recent(grains: Sequence[Grain]) -> list[Sum]:
    recent = [one for one in grains if one.recent]
    return folded(recent, lambda one: one.medium, by_period=False, topics=True)


def _cuts(grains: Sequence[Grain], brand: str) -> dict[str, Sequence[Sum]]:
    """Return the sums by medium of everybody, by touchpoint and language of ours."""
    ours = [one for one in grains if one.whole.brand == brand]
    return {
        "medium": folded(grains, lambda one: one.medium, by_period=True, topics=False),
        "touchpoint": folded(ours, lambda one: one.touchpoint, by_period=True, topics=False),
        "language": folded(ours, lambda one: one.language, by_period=True, topics=False),
    }


def _of_long_ago(sums: SumShelf, brands: AbstractSet[str], since: datetime, window: timedelta) -> list[Sum]:
    """Return the sums of brands of which nothing is recent: over the window that ends with the last word on them."""
    last: dict[str, list[str]] = {}
    for brand, day in sums.last_days(sorted(brands)).items() if brands else ():
        last.setdefault(day, []).append(brand)
    found: list[Sum] = []
    for day, names in last.items():
        first = datetime.fromisoformat(day).replace(tzinfo=UTC) - window if day else since
        found += _recent(sums.grains(names, sums.all_periods(), [], f"{first:%Y-%m-%d}"))
    return found


def _with_days(facts: Facts, settings: Settings, turn: Cycle, sums: SumShelf, brands: Sequence[str]) -> Facts:
    """Add the daily counts; a first turn brings history, and history is no news."""
    if sums.is_first(turn.period):
        return facts
    zone = ZoneInfo(settings.brand.zone)
    since, until = looked_at(*(one.astimezone(zone).date() for one in (turn.window.since, turn.window.until)))
    begin = needed_from(since)
    periods = sums.periods(datetime(begin.year, begin.month, begin.day, tzinfo=UTC))
    return replace(facts, days=sums.by_day(brands, periods, begin.isoformat()), span=Span(since, until, date.min))


def _with_answers(facts: Facts, settings: Settings, turn: Cycle, as_of: datetime, shelves: Shelves) -> Facts:
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
