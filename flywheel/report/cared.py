"""People who need an answer and who owes it; what the customers' advocate objects to; what does not go out."""

from __future__ import annotations

from flywheel.domain.care import CaseSummary
from flywheel.domain.objecting import StandingObjection
from flywheel.report.cycle_report import Block, Cell, Column, Phrase, Sentences, Table, Words
from flywheel.report.figures import Part
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, sentence


def case_blocks(view: View) -> list[Block]:
    """Return how the inner loop does: cases by owner, answers in time, people who recovered."""
    told = sorted((one for one in view.facts.cases if one.n), key=lambda one: (-one.overdue, -one.open, one.owner))
    if not told:
        return []
    columns = (
        Column(name="Owes the answer"), Column(name="Cases", numeric=True), Column(name="Open", numeric=True),
        Column(name="Overdue", numeric=True), Column(name="Answered in time", numeric=True),
        Column(name="Came again", numeric=True), Column(name="Recovered when heard next", numeric=True),
    )  # fmt: skip
    caption = "People who need an answer from a person"
    rows = tuple(_row(view, one) for one in told)
    table = Table(id="did-cases", caption=caption, columns=columns, rows=rows, folded=True)
    return [Sentences(title=caption, items=(_said(view, told),)), table]


def held_back(view: View) -> list[Block]:
    """Return what does not go out at the moment: channels that rest, plays that are only watched."""
    items: list[Phrase] = []
    zone = view.facts.zone
    for name, until in sorted(view.facts.resting.items()):
        when = f" until {day(until, zone)}" if until is not None else ""
        items.append((f"The channel {name} rests{when}: too many of its messages failed in a row.",))
    if view.facts.watched:
        names = listed([name_of(one) for one in view.facts.watched])
        items.append((f"Only watched, never sent until somebody launches them: {names}.",))
    return [Sentences(title="What does not go out", items=tuple(items), listed=True)] if items else []


def harmed_blocks(view: View) -> list[Block]:
    """Return what a named person overrode although the customers' advocate objected, and what then did harm."""
    items = tuple(
        (
            f"{_plan(one)}: ", _objection(one), f" {one.actor or 'somebody'} overrode it (",
            Words(text=one.reason or "no reason given", id=one.id, kind="objection"), "), and it did harm.",
        )
        for one in view.facts.objections
        if one.harmed
    )  # fmt: skip
    return [Sentences(title="Overridden, and it did harm", items=items, listed=True)] if items else []


def objection_blocks(view: View) -> list[Block]:
    """Return the objections of the customers' advocate that wait for somebody's answer."""
    waiting = [one for one in view.facts.objections if one.state == "open"]
    items: tuple[Phrase, ...] = tuple((f"{_plan(one)}: ", _objection(one)) for one in waiting)
    return [Sentences(title="What the customers' advocate objects to", items=items, listed=True)] if items else []


def objected(view: View) -> Phrase:
    """Return how many objections wait for an answer; empty when none does."""
    n = sum(one.state == "open" for one in view.facts.objections)
    if not n:
        return ()
    figure = view.make.count("ask/objections", "Objections that wait for an answer", n)
    return (figure, f" {counted(n, 'objection waits', 'objections wait')} for your answer")


def overdue(view: View) -> Phrase:
    """Return how many people wait too long for an answer; empty when nobody does."""
    n = sum(one.overdue for one in view.facts.cases)
    if not n:
        return ()
    figure = view.make.count("did/cases/overdue", "People who wait too long for an answer", n)
    return (figure, f" {counted(n, 'person waits', 'people wait')} too long for an answer")


def _said(view: View, told: list[CaseSummary]) -> Phrase:
    n, answered = sum(one.n for one in told), sum(one.answered for one in told)
    all_of = view.make.count("did/cases/n", "Cases of people who need an answer", n)
    phrase: Phrase = (all_of, f" {counted(n, 'person', 'people')} needed an answer; ")
    phrase = (*phrase, view.make.count("did/cases/answered", "Cases answered", answered), " got one")
    late = overdue(view)
    return (*phrase, *(("; ", *late) if late else ()), ".")


def _row(view: View, one: CaseSummary) -> tuple[Cell, ...]:
    def count(name: str, value: int) -> Cell:
        return view.make.count(f"did/case/{name}/{one.owner}", f"Cases of {one.owner}: {name}", value)

    def share(name: str, part: int, whole: int) -> Cell:
        of = Part.of(part, whole)
        return view.make.share(f"did/case/{name}/{one.owner}", f"{name}: {one.owner}", of) if whole else None

    return (
        one.owner, count("all", one.n), count("open", one.open), count("overdue", one.overdue),
        share("answered in time", one.in_time, one.answered), count("came again", one.reopened),
        share("recovered", one.recovered, one.heard_again),
    )  # fmt: skip


def _plan(one: StandingObjection) -> str:
    return sentence(name_of(one.plan.partition(":")[2] or one.plan))


def _objection(one: StandingObjection) -> Words:
    return Words(text=one.finding, id=one.id, kind="objection")
