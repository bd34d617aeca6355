"""How mature the wheel is, by what it did; and what teams say of the values that nobody can count."""

from __future__ import annotations

from flywheel.domain.loop import STAGES, VALUES, Criterion, stage_of
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Sentences, Table, Unit, Words
from flywheel.report.view import View
from flywheel.report.words import listed, sentence


def maturity_blocks(view: View) -> list[Block]:
    """Return the stage reached with what the next one lacks, and every criterion beside what was counted."""
    criteria = view.facts.maturity
    if not criteria:
        return []
    order = [*STAGES, *VALUES]
    rows = tuple(_row(view, one) for one in sorted(criteria, key=lambda one: (order.index(one.part), one.name)))
    columns = (
        Column(name="Stage or value"), Column(name="What is counted"), Column(name="Found", numeric=True),
        Column(name="Needed", numeric=True), Column(name="Met"),
    )  # fmt: skip
    table = Table(id="ran-maturity", caption="How mature the wheel is", columns=columns, rows=rows, folded=True)
    return [Sentences(items=_told(view)), table]


def _told(view: View) -> tuple[Phrase, ...]:
    criteria = view.facts.maturity
    reached = stage_of(criteria)
    following = STAGES[0] if reached is None else next(iter(STAGES[STAGES.index(reached) + 1 :]), None)
    lacks = [one.words for one in criteria if one.part == following and not one.met]
    stage = f"By what it did, the wheel has reached {reached}" if reached else "The wheel has reached no stage yet"
    more = f"; what {following} asks for and is not there yet: {listed(lacks)}" if following else ""
    told: list[Phrase] = [(f"{stage}{more}.",)]
    silent = [one.part for one in criteria if one.part in VALUES and one.value is None]
    if silent:
        told.append((f"No team has said how far {listed(silent)} is lived (config/assessment.yaml).",))
    return tuple(told)


def _row(view: View, one: Criterion) -> tuple[Cell, ...]:
    counts = all(value == round(value) for value in (one.value or 0.0, one.needed)) and one.part in STAGES
    unit: Unit = "share" if one.words.startswith("share of") else "count" if counts else "number"
    key, how = f"ran/maturity/{one.part}/{one.name}", "counted by the outer loop over its last periods"
    found = None if one.value is None else Figure(
        id=view.make.id(key), label=sentence(one.words), value=one.value, unit=unit, formula=how,
    )  # fmt: skip
    needed = Figure(
        id=view.make.id(f"{key}/needed"), label=f"Needed: {one.words}", value=one.needed, unit=unit, formula="a rule",
    )  # fmt: skip
    met = {True: "yes", False: "no", None: "nobody knows"}[one.met]
    words = Words(text=one.words, id=needed.id, kind="criterion")
    return (sentence(one.part), words, found, needed, met)
