"""The room "How the wheel ran": its steps, the health of the sources, what was set aside."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.cycle import Tally
from flywheel.report.cycle_report import Block, Cell, Column, Phrase, Section, Sentences, Table, Words
from flywheel.report.facts import SourceHealth
from flywheel.report.mature import maturity_blocks
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, sentence

_MOST_REASONS = 20


def ran_section(view: View) -> Section:
    """Return the steps with their counts, the health of the sources, and what was set aside for which reason."""
    blocks: list[Block] = []
    if view.facts.steps:
        blocks += [_steps(view), *_warnings(view)]
    if view.facts.sources:
        blocks.append(_sources(view))
    blocks += maturity_blocks(view)
    if view.facts.set_aside:
        reasons = Counter(view.facts.set_aside)
        blocks.append(_reason_table(view, "ran-aside", "Records set aside, and why", "ran/aside", reasons))
    return Section(id="ran", title="How the wheel ran", finding=_ran_finding(view), blocks=tuple(blocks))


def _ran_finding(view: View) -> Phrase:
    failed = [one.step for one in view.facts.steps if one.error]
    aside = sum(view.facts.set_aside.values())
    phrase: Phrase = (f"These steps failed: {listed(failed)}",) if failed else ("Every step so far ran to its end",)
    if aside:
        n = view.make.count("ran/aside-all", "Records set aside", aside, "v_set_aside")
        phrase = (
            *phrase,
            "; ",
            n,
            f" {counted(aside, 'record')} could not be used and {counted(aside, 'is', 'are')} listed below",
        )
    return (*phrase, ".")


def _steps(view: View) -> Table:
    names = ("Step", "Done", "Skipped", "Failed", "Why skipped")
    columns = tuple(Column(name=name, numeric=name not in ("Step", "Why skipped")) for name in names)
    rows = tuple(_step(view, one) for one in view.facts.steps)
    return Table(id="ran-steps", caption="The steps of this cycle", columns=columns, rows=rows, folded=True)


def _step(view: View, one: Tally) -> tuple[Cell, ...]:
    counts = tuple(
        view.make.count(f"ran/{name}/{one.step}", f"{one.step}: {name}", n)
        for name, n in (("done", one.done), ("skipped", one.skipped), ("failed", one.failed))
    )
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1], item[0]))
    why = "; ".join(name_of(reason) for reason, _ in reasons[:4])
    return (name_of(one.step), *counts, Words(text=why, id=counts[1].id, kind="reason") if why else None)


def _warnings(view: View) -> list[Block]:
    items: list[Phrase] = []
    for one in view.facts.steps:
        step = sentence(name_of(one.step))
        items += [(f"{step}: ", _of_the_cycle(view, words)) for words in one.warnings]
        items += [(f"{step} failed: ", _of_the_cycle(view, one.error))] if one.error else []
    return [Sentences(title="Warnings", items=tuple(items), listed=True)] if items else []


def _sources(view: View) -> Table:
    columns = (
        Column(name="Source"), Column(name="New", numeric=True), Column(name="Ever", numeric=True),
        Column(name="Last heard"), Column(name="Remarks"),
    )  # fmt: skip
    rows = tuple(_source(view, one) for one in view.facts.sources)
    return Table(id="ran-sources", caption="The sources we listen to", columns=columns, rows=rows, folded=True)


def _source(view: View, one: SourceHealth) -> tuple[Cell, ...]:
    new = view.make.count(f"ran/source/new/{one.name}", f"New from {one.name}", one.rows)
    ever = view.make.count(f"ran/source/ever/{one.name}", f"Ever from {one.name}", max(one.rows_ever, one.rows))
    heard = "never" if one.last_heard is None else day(one.last_heard, view.facts.zone)
    remarks = "; ".join((*((one.error,) if one.error else ()), *one.warnings))
    return (one.name, new, ever, heard, _of_the_cycle(view, remarks) if remarks else None)


def _of_the_cycle(view: View, words: str) -> Words:
    return Words(text=words, id=view.facts.cycle.id, kind="cycle")


def _reason_table(view: View, table_id: str, caption: str, key: str, reasons: Counter[str]) -> Table:
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_MOST_REASONS]
    counts = [(reason, view.make.count(f"{key}/{reason}", f"{caption}: {reason}", n)) for reason, n in ordered]
    rows = tuple((Words(text=reason, id=count.id, kind="reason"), count) for reason, count in counts)
    columns = (Column(name="Reason"), Column(name="Records", numeric=True))
    return Table(id=table_id, caption=caption, columns=columns, rows=rows)
