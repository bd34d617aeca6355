"""Gathering what has an owner: touchpoints, thanks, what waits for somebody, what is only watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flywheel.config.settings import Settings, Touchpoint
from flywheel.domain.summary import GroupCount
from flywheel.report.facts import TeamFacts, TouchpointFacts, WaitingFacts
from flywheel.store import Shelves

_WATCHED = "shadow"


def touchpoints(
    settings: Settings, shelves: Shelves, now: Sequence[int], before: Sequence[int]
) -> list[TouchpointFacts]:
    """Return the touchpoints of the journey at which our customers were heard."""
    heard, past = (_by_touchpoint(settings, shelves, periods) for periods in (now, before))
    return [
        TouchpointFacts(
            name=point.name, owner=point.owner, moment_of_truth=point.moment_of_truth, now=heard[point.name],
            before=past.get(point.name),
        )
        for point in _points(settings)
        if point.name in heard
    ]  # fmt: skip


def teams(settings: Settings, shelves: Shelves, ids: Sequence[str]) -> list[TeamFacts]:
    """Return who answers for a touchpoint or a play, with the thanks that were passed on to them in some cycles."""
    points, thanks = _points(settings), shelves.thanks.by_team(ids)
    owners = {point.owner for point in points} | {play.owner for play in settings.plays}
    earned: dict[str, Counter[str]] = {name: Counter() for name in owners | {one.team for one in thanks}}
    for one in thanks:
        earned[one.team][one.touchpoint] += one.n
    return [
        TeamFacts(
            name=owner,
            touchpoints=tuple(point.name for point in points if point.owner == owner),
            plays=tuple(play.name for play in settings.plays if play.owner == owner),
            thanks=dict(counts),
        )
        for owner, counts in sorted(earned.items())
    ]


def waiting(settings: Settings, shelves: Shelves, ids: Sequence[str]) -> list[WaitingFacts]:
    """Return what waits for a person's approval, by play, what is first too late first."""
    owners = {play.name: play.owner for play in settings.plays}
    return [
        WaitingFacts(play=one.play, owner=owners.get(one.play, "CX team"), n=one.n, due=one.due)
        for one in shelves.reports.waiting(ids)
    ]


def watched(settings: Settings, shelves: Shelves) -> list[str]:
    """Return the plays that are decided and recorded but never sent, until somebody launches them."""
    states = shelves.launches.states()
    return [play.name for play in settings.plays if play.mode != "live" and states.get(play.name, _WATCHED) == _WATCHED]


def _by_touchpoint(settings: Settings, shelves: Shelves, periods: Sequence[int]) -> dict[str, GroupCount]:
    """Return what was said at each touchpoint: where its source says so, else by the topics that belong there."""
    model, brand = settings.analyzer.model_name, settings.brand.name
    told = {one.name: one for one in shelves.readings.by_group(model, "touchpoint", brand, "customer", periods)}
    if any(point.name in told for point in _points(settings)):
        return told
    places = {rule.topic: rule.touchpoint for rule in settings.topics}
    found: dict[str, GroupCount] = {}
    for one in shelves.readings.by_group(model, "topic", brand, "customer", periods):
        place = places.get(one.name)
        if place:
            found[place] = _added(place, found.get(place), one)
    return found


def _added(name: str, one: GroupCount | None, other: GroupCount) -> GroupCount:
    if one is None:
        return other.model_copy(update={"name": name})
    return GroupCount(
        name=name, n=one.n + other.n, n_read=one.n_read + other.n_read, n_negative=one.n_negative + other.n_negative,
        n_positive=one.n_positive + other.n_positive,
    )  # fmt: skip


def _points(settings: Settings) -> list[Touchpoint]:
    return [point for stage in settings.journey for point in stage.touchpoints]
