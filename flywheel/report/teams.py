"""The room "Team by team": the touchpoints each team answers for, the thanks it earned, what its work changed."""

from __future__ import annotations

from flywheel.domain.initiative import Initiative
from flywheel.domain.outcome import Lift
from flywheel.report.cycle_report import Cell, Column, Phrase, Section, Sentences, Table
from flywheel.report.facts import TeamFacts, TouchpointFacts
from flywheel.report.figures import Part
from flywheel.report.view import View, negative
from flywheel.report.words import listed, name_of, play_name, sentence

_TITLE = "Team by team"


def teams_section(view: View) -> Section:
    """Return for each team what it answers for, the thanks it earned, and what its work is known to have changed."""
    teams = sorted(view.facts.owners, key=lambda one: one.name)
    if not teams:
        words = (
            "No team answers for a touchpoint yet: name the owners in the journey, and each sees here what it earned."
        )
        return Section(id="teams", title=_TITLE, finding=(words,))
    columns = (
        Column(name="Team"), Column(name="Answers for"), Column(name="Texts there", numeric=True),
        Column(name="Negative", numeric=True), Column(name="Thanks earned", numeric=True),
    )  # fmt: skip
    rows = tuple(_row(view, one) for one in teams if one.thanks or _heard(view, one))
    table = Table(id="teams-all", caption="What each team answers for and earned", columns=columns, rows=rows)
    changed = [phrase for one in teams if (phrase := _changed(view, one))]
    title = "What the work of each team changed"
    shown = (table,) if rows else ()
    blocks = (*shown, *((Sentences(title=title, items=tuple(changed), listed=True),) if changed else ()))
    return Section(id="teams", title=_TITLE, finding=_finding(view, teams), blocks=blocks)


def _finding(view: View, teams: list[TeamFacts]) -> Phrase:
    total = sum(sum(one.thanks.values()) for one in teams)
    if not total:
        return ("Nobody was thanked in so many words in this period.",)
    most = max(teams, key=lambda one: (sum(one.thanks.values()), one.name))
    n = view.make.count("teams/thanks", "Thanks that our teams earned", total)
    words = " thanks for our teams" + (f", most of them for {most.name}." if len(teams) > 1 else ".")
    return (n, words)


def _row(view: View, one: TeamFacts) -> tuple[Cell, ...]:
    places = _heard(view, one)
    texts = sum(place.now.n for place in places)
    part = Part.of(sum(negative(place.now).part for place in places), sum(place.now.n_read for place in places))
    enough = texts >= view.facts.min_group
    names = listed([name_of(place) for place in one.touchpoints]) or None
    n = view.make.count(f"teams/texts/{one.name}", f"Texts at the touchpoints of {one.name}", texts) if enough else None
    label = f"Negative texts at the touchpoints of {one.name}"
    mood = view.make.share(f"teams/mood/{one.name}", label, part) if enough else None
    thanks = view.make.count(f"teams/thanks/{one.name}", f"Thanks that {one.name} earned", sum(one.thanks.values()))
    return (one.name, names, n, mood, thanks)


def _heard(view: View, one: TeamFacts) -> list[TouchpointFacts]:
    return [place for place in view.facts.touchpoints if place.name in one.touchpoints]


def _changed(view: View, one: TeamFacts) -> Phrase:
    """Return what initiatives and plays of a team are known to have changed; nothing where nobody can tell yet."""
    clauses: list[Phrase] = [_removed(view, each) for each in view.facts.initiatives if _is_measured(each, one)]
    clauses += [_effect(view, lift) for lift in view.facts.lifts if _is_sure(lift, one)]
    phrase: Phrase = (f"{one.name}: ",)
    for at, clause in enumerate(clauses):
        phrase = (*phrase, *(("; ",) if at else ()), *clause)
    return (*phrase, ".") if clauses else ()


def _is_measured(initiative: Initiative, team: TeamFacts) -> bool:
    return initiative.owner == team.name and initiative.status in ("verified", "refuted")


def _is_sure(lift: Lift, team: TeamFacts) -> bool:
    whole = lift.segment in ("", "all") and lift.kind == "happened"
    return whole and lift.play in team.plays and lift.verdict != "cannot tell"


def _removed(view: View, one: Initiative) -> Phrase:
    words = "fell less than hoped: " if one.status == "refuted" else "was removed: "
    left = view.make.left(one)
    if left is None:
        return (f"{name_of(one.topic)} was worked on",)
    return (f"{name_of(one.topic)} {words}", left, " of what untouched topics lead us to expect")


def _effect(view: View, lift: Lift) -> Phrase:
    figure = view.make.effect(f"learned/effect/{lift.id}", f"Effect of {play_name(lift.play)}", lift, anytime=False)
    return (f"{sentence(play_name(lift.play))}: ", figure, f" {name_of(lift.metric)}")
