"""The room "What we do differently because of it": whether the wheel turned."""

from __future__ import annotations

from pydantic import JsonValue

from flywheel.domain.initiative import Setting
from flywheel.report.cycle_report import Block, Cell, Column, Phrase, Section, Table
from flywheel.report.facts import LearningUse
from flywheel.report.learned import from_to
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, sentence, shown


def differently_section(view: View) -> Section:
    """Return whether the wheel turned: what came out differently because of what was learned or set before."""
    blocks: list[Block] = []
    if view.facts.learnings_used:
        blocks.append(_used_table(view))
    if view.facts.settings:
        blocks.append(_settings_table(view))
    title = "What we do differently because of it"
    return Section(id="differently", title=title, finding=turn_finding(view), blocks=tuple(blocks))


def turn_finding(view: View) -> Phrase:
    """Return whether the wheel turned, and because of which learning or setting."""
    if not view.changed:
        return ("The wheel did not turn: nothing learned before changed a decision.",)
    n = view.make.count("turn/changed", "Decisions that came out differently", view.changed, "v_decision.changed_by")
    words = f" {counted(view.changed, 'decision')} came out differently because of what was learned before."
    return ("The wheel turned: ", n, words, *_because(view))


def _because(view: View) -> Phrase:
    uses = sorted(view.facts.learnings_used, key=lambda use: (-use.changed, use.learning.id))
    if uses and uses[0].changed:
        return (f" Above all: {_first_sentence(uses[0].learning.statement)}.",)
    moved = [one for one in view.facts.settings if _moved_by(view, one)]
    return (f" Above all: {_first_sentence(moved[0].reason)}.",) if moved else ()


def _first_sentence(words: str) -> str:
    return words.split(". ", maxsplit=1)[0].rstrip(".")


def _used_table(view: View) -> Table:
    uses = sorted(view.facts.learnings_used, key=lambda use: (-use.changed, use.learning.id))
    names = ("Learned before", "From", "To", "Decisions that read it", "Came out differently")
    columns = tuple(Column(name=name, numeric=name != "Learned before") for name in names)
    return Table(
        id="differently-learnings", caption="Earlier learnings in use", columns=columns,
        rows=tuple(_used_row(view, use) for use in uses),
    )  # fmt: skip


def _used_row(view: View, use: LearningUse) -> tuple[Cell, ...]:
    _, before, _, after = from_to(view, use.learning)
    read = view.make.count(f"turn/read/{use.learning.id}", f"Decisions that read: {use.learning.subject}", use.read)
    changed = view.make.count(
        f"turn/by/{use.learning.id}", f"Decisions changed by: {use.learning.subject}", use.changed
    )
    return (sentence(use.learning.statement), before, after, read, changed)


def _settings_table(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in view.facts.settings:
        moved = view.make.count(
            f"turn/setting/{one.id}", f"Decisions changed by the setting {one.name}", _moved_by(view, one)
        )
        rows.append(
            (
                f"{name_of(one.name.replace('.', ' '))}: {_value(one.value)}",
                one.reason,
                day(one.expires, view.facts.zone),
                moved,
            )
        )
    names = ("Setting", "Why", "In force until", "Came out differently")
    columns = tuple(Column(name=name, numeric=name == "Came out differently") for name in names)
    return Table(
        id="differently-settings", caption="Settings from the outer loop (OODA)", columns=columns, rows=tuple(rows)
    )


def _moved_by(view: View, setting: Setting) -> int:
    return view.facts.decisions.changed_by.get(setting.id, 0)


def _value(value: JsonValue) -> str:
    if isinstance(value, list):
        return listed([name_of(str(one)) for one in value])
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def plain_turn(view: View) -> str:
    """Return the clause of the headline."""
    n = view.changed
    if not n:
        return "the wheel did not turn"
    number = shown(view.make.count("turn/changed", "Decisions that came out differently", n, "v_decision.changed_by"))
    return (
        f"the wheel turned: {number} {counted(n, 'decision')} came out differently because of what was learned before"
    )
