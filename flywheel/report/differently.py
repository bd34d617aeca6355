"""The room "What we do differently because of it": whether the wheel turned."""

from __future__ import annotations

from pydantic import JsonValue

from flywheel.domain.initiative import Setting
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Table, Words
from flywheel.report.facts import LearningUse
from flywheel.report.learned import from_to
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, play_name, sentence

_PLAY = "play:"


def differently_section(view: View) -> Section:
    """Return whether the wheel turned: what came out differently because of what was learned or set before."""
    blocks: list[Block] = []
    if view.facts.learnings_used:
        blocks.append(_used_table(view))
    if view.facts.settings:
        blocks.append(_settings_table(view))
    title = "What we do differently because of it"
    return Section(id="differently", title=title, finding=(*turn_finding(view), *_because(view)), blocks=tuple(blocks))


def turn_finding(view: View) -> Phrase:
    """Return whether the wheel turned."""
    if not view.changed:
        return ("The wheel did not turn: nothing learned before changed a decision.",)
    words = f" {counted(view.changed, 'decision')} came out differently because of what was learned before."
    return ("The wheel turned: ", changed_figure(view), words)


def changed_figure(view: View) -> Figure:
    """Return how many decisions came out differently because of something learned or set before."""
    return view.make.count("turn/changed", "Decisions that came out differently", view.changed, "v_decision.changed_by")


def _because(view: View) -> Phrase:
    uses = sorted(view.facts.learnings_used, key=lambda use: (-use.changed, use.learning.id))
    names = list(dict.fromkeys(_about(use) for use in uses if use.changed))
    if names:
        return (f" Above all, what was learned of {listed(names[:2])} changed them.",)
    moved = [one for one in view.facts.settings if _moved_by(view, one)]
    reason = moved[0].reason.split(". ", maxsplit=1)[0].rstrip(".") if moved else ""
    return (" Above all: ", Words(text=reason, id=moved[0].id, kind="setting"), ".") if moved else ()


def _about(use: LearningUse) -> str:
    subject = use.learning.subject
    return play_name(subject.removeprefix(_PLAY)) if subject.startswith(_PLAY) else name_of(subject)


def _used_table(view: View) -> Table:
    uses = sorted(view.facts.learnings_used, key=lambda use: (-use.changed, use.learning.id))
    names = ("Learned before", "From", "To", "Decisions that read it", "Came out differently")
    columns = tuple(Column(name=name, numeric=name != "Learned before") for name in names)
    return Table(
        id="differently-learnings", caption="Earlier learnings in use", columns=columns,
        rows=tuple(_used_row(view, use) for use in uses),
        folded=True,
    )  # fmt: skip


def _used_row(view: View, use: LearningUse) -> tuple[Cell, ...]:
    _, before, _, after = from_to(view, use.learning)
    read = view.make.count(f"turn/read/{use.learning.id}", f"Decisions that read: {use.learning.subject}", use.read)
    changed = view.make.count(
        f"turn/by/{use.learning.id}", f"Decisions changed by: {use.learning.subject}", use.changed
    )
    return (sentence(_about(use)), before, after, read, changed)


def _settings_table(view: View) -> Table:
    newest = {one.name: one for one in view.facts.settings}  # oldest first: of several in force the last one counts
    rows = tuple(_setting_row(view, one) for one in newest.values())
    names = ("Setting", "Why", "In force until", "Came out differently")
    columns = tuple(Column(name=name, numeric=name == "Came out differently") for name in names)
    return Table(
        id="differently-settings",
        caption="Settings from the outer loop (OODA)",
        columns=columns,
        rows=rows,
        folded=True,
    )


def _setting_row(view: View, one: Setting) -> tuple[Cell, ...]:
    key, label = f"turn/setting/{one.id}", f"Decisions changed by the setting {one.name}"
    moved = view.make.count(key, label, _moved_by(view, one))
    words = f"{name_of(one.name.replace('.', ' '))}: {_value(one.value)}"
    why = Words(text=one.reason, id=one.id, kind="setting")
    what = Words(text=words, id=one.id, kind="setting")
    return (what, why, day(one.expires, view.facts.zone), moved)


def _moved_by(view: View, setting: Setting) -> int:
    return view.facts.decisions.changed_by.get(setting.id, 0)


def _value(value: JsonValue) -> str:
    if isinstance(value, list):
        return listed([name_of(str(one)) for one in value])
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
