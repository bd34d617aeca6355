"""The rooms "We learned" and "What we do differently because of it"."""

from __future__ import annotations

from pydantic import JsonValue

from flywheel.domain.initiative import Setting
from flywheel.domain.outcome import EffectVerdict, Learning, Lift
from flywheel.report.cycle_report import (
    Block,
    Cell,
    Chart,
    Column,
    Figure,
    Mark,
    Phrase,
    Section,
    Sentences,
    Table,
    Tone,
)
from flywheel.report.facts import LearningUse
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, sentence, shown

_VERDICTS: dict[EffectVerdict, str] = {
    "works": "works", "harms": "does harm", "no difference": "makes no difference worth having",
    "cannot tell": "cannot tell yet",
}  # fmt: skip
_HOW_TO_READ = (
    "The dot is the difference between people who were helped and people who were held out, the thick line its 95 % "
    "interval, the thin one the wider interval that stays right however often one looks."
)
_TONES: dict[EffectVerdict, Tone] = {"works": "good", "harms": "bad", "no difference": "level", "cannot tell": "open"}


def learned_section(view: View) -> Section:
    """Return what our actions changed, with both intervals, and what is learned from it."""
    blocks: list[Block] = [_lift_chart(view)] if view.facts.lifts else []
    if view.facts.learnings:
        items = tuple(_learning(view, one) for one in view.facts.learnings)
        blocks.append(Sentences(title="What we take from it", items=items, listed=True))
    return Section(id="learned", title="We learned", finding=learned_finding(view), blocks=tuple(blocks))


def learned_finding(view: View) -> Phrase:
    """Return which plays work, do harm, make no difference, or cannot be told yet."""
    lifts = view.facts.lifts
    if not lifts:
        return ("Nothing could be learned in this period: no play has been measured against people who were held out.",)
    parts = []
    for verdict in ("works", "harms", "no difference", "cannot tell"):
        names = [name_of(one.play) for one in lifts if one.verdict == verdict]
        if names:
            parts.append(f"{listed(list(dict.fromkeys(names)))}: {_VERDICTS[verdict]}")
    measured = view.make.count("learned/measured", "Effects measured", len(lifts))
    return (measured, f" {counted(len(lifts), 'effect was', 'effects were')} measured against people held out. ",
            sentence("; ".join(parts)), ".")  # fmt: skip


def _lift_chart(view: View) -> Chart:
    lifts = sorted(view.facts.lifts, key=lambda lift: (lift.play, lift.variant, lift.segment, lift.metric, lift.id))
    names = ("Play", "Helped", "Held out", "Difference", "Safe to look at any time", "Verdict", "Why")
    columns = tuple(Column(name=at, numeric=at not in ("Play", "Verdict", "Why")) for at in names)
    title = "What each play changed"
    sure = [f"{name_of(one.play)} {_VERDICTS[one.verdict]}" for one in lifts if one.verdict != "cannot tell"]
    told = f"{sentence(listed(list(dict.fromkeys(sure))))}." if sure else "None of them is sure yet."
    rows = tuple(_lift_row(view, one) for one in lifts)
    data = Table(id="learned-lifts-data", caption=title, columns=columns, rows=rows, folded=True)
    return Chart(
        id="learned-lifts", shape="intervals", title=title, description=f"{_HOW_TO_READ} {told}",
        marks=tuple(_lift_mark(view, one) for one in lifts), left="less often", right="more often", data=data,
    )  # fmt: skip


def _lift_mark(view: View, one: Lift) -> Mark:
    fixed, anytime = _effects(view, one)
    words = _VERDICTS[one.verdict]
    return Mark(label=sentence(_lift_name(one)), figure=fixed, second=anytime, tone=_TONES[one.verdict], note=words)


def _effects(view: View, one: Lift) -> tuple[Figure, Figure]:
    label = f"Effect of {_lift_name(one)}"
    fixed = view.make.effect(f"learned/effect/{one.id}", label, one, anytime=False)
    return fixed, view.make.effect(f"learned/anytime/{one.id}", f"{label}, anytime-valid", one, anytime=True)


def _lift_name(one: Lift) -> str:
    variant = "" if one.variant in ("", "a") else f", variant {one.variant}"
    segment = "" if one.segment in ("", "all") else f", {one.segment}"
    return f"{name_of(one.play)}{variant}{segment} \u2192 {name_of(one.metric)}"


def _lift_row(view: View, one: Lift) -> tuple[Cell, ...]:
    treated = _side(view, one, "helped", one.treated, one.n_treated)
    control = _side(view, one, "held out", one.control, one.n_control)
    return (sentence(_lift_name(one)), treated, control, *_effects(view, one), _VERDICTS[one.verdict], one.reason)


def _side(view: View, one: Lift, words: str, value: float, n: int) -> Figure:
    return Figure(
        id=view.make.id(f"learned/{words}/{one.id}"), label=f"{_lift_name(one)}: people {words}", value=value, n=n,
        unit="share" if 0 <= value <= 1 else "number", formula="mean of this arm", inputs=(f"lift {one.id}",),
    )  # fmt: skip


def _learning(view: View, one: Learning) -> Phrase:
    return (f"{sentence(one.statement.rstrip('.'))}. Because of it: {one.change} (", *_from_to(view, one), ").")


def _from_to(view: View, one: Learning) -> Phrase:
    before, after = (
        Figure(
            id=view.make.id(f"learned/{when}/{one.id}"), label=f"{one.subject}: {when}", value=value, unit="number",
            n=one.n, formula=one.change, inputs=(f"learning {one.id}",),
        )
        for when, value in (("before", one.before), ("after", one.after))
    )  # fmt: skip
    return ("from ", before, " to ", after)


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
        return (f" Above all: {uses[0].learning.statement.rstrip('.')}.",)
    moved = [one for one in view.facts.settings if _moved_by(view, one)]
    return (f" Above all: {moved[0].reason.rstrip('.')}.",) if moved else ()


def _used_table(view: View) -> Table:
    uses = sorted(view.facts.learnings_used, key=lambda use: (-use.changed, use.learning.id))
    names = ("Learned before", "From", "To", "Decisions that read it", "Came out differently")
    columns = tuple(Column(name=name, numeric=name != "Learned before") for name in names)
    return Table(
        id="differently-learnings", caption="Earlier learnings in use", columns=columns,
        rows=tuple(_used_row(view, use) for use in uses),
    )  # fmt: skip


def _used_row(view: View, use: LearningUse) -> tuple[Cell, ...]:
    _, before, _, after = _from_to(view, use.learning)
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
    return sum(setting.id in one.changed_by for one in view.facts.decisions)


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
