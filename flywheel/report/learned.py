"""The room "We learned": what our actions changed, and what we take from it."""

from __future__ import annotations

from collections.abc import Iterable

from flywheel.domain.outcome import EffectVerdict, Learning, Lift
from flywheel.report.appraised import appraised_blocks
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
    Unit,
    Words,
)
from flywheel.report.view import View
from flywheel.report.words import counted, listed, name_of, play_name, quoted, sentence

_VERDICTS: dict[EffectVerdict, str] = {
    "works": "works", "harms": "does harm", "no difference": "makes no difference worth having",
    "cannot tell": "cannot tell yet",
}  # fmt: skip
_HOW_TO_READ = (
    "The dot is the difference between people who got the play and people who were held out, the thick line its "
    "interval, the thin one the wider interval that stays right however often one looks. "
)
_NAMES = ("Play", "Helped", "Held out", "Difference", "Safe to look at any time", "Verdict", "Why")
_COLUMNS = tuple(Column(name=at, numeric=at not in ("Play", "Verdict", "Why")) for at in _NAMES)
_ORDER: tuple[EffectVerdict, ...] = ("harms", "works", "no difference", "cannot tell")
_MOST_TOLD = 2
_PLAY = "play:"
_TONES: dict[EffectVerdict, Tone] = {"works": "good", "harms": "bad", "no difference": "level", "cannot tell": "open"}


def learned_section(view: View) -> Section:
    """Return what our actions changed, with both intervals, and what is learned from it."""
    blocks: list[Block] = [_lift_chart(view)] if _main_lifts(view) else []
    blocks += _lift_table(view)
    if view.facts.learnings:
        items = tuple(_learning(view, one) for one in view.facts.learnings)
        blocks.append(Sentences(title="What we take from it", items=items, listed=True))
        blocks.append(Sentences(items=(("Every interval is made to hold the true value in ", view.make.sure(),
                                        " of cases."),)))  # fmt: skip
    blocks += appraised_blocks(view)
    return Section(id="learned", title="We learned", finding=learned_finding(view), blocks=tuple(blocks))


def learned_finding(view: View) -> Phrase:
    """Return which plays work, do harm, make no difference, or cannot be told yet."""
    lifts = _main_lifts(view)
    if not lifts:
        return ("Nothing could be learned in this period: no play has been measured against people who were held out.",)
    parts = []
    for verdict in ("works", "harms", "no difference", "cannot tell"):
        names = [play_name(one.play) for one in lifts if one.verdict == verdict]
        if names:
            parts.append(f"{listed(list(dict.fromkeys(names)))}: {_VERDICTS[verdict]}")
    measured = view.make.count("learned/measured", "Effects measured", len(lifts))
    return (measured, f" {counted(len(lifts), 'effect was', 'effects were')} measured against people held out. ",
            sentence("; ".join(parts)), ".")  # fmt: skip


def effects_answer(view: View) -> Phrase:
    """Return the first screen's answer: each sure effect with its interval, and how many are still open."""
    lifts = _main_lifts(view)
    if not lifts:
        return learned_finding(view)
    sure = sorted((one for one in lifts if one.verdict != "cannot tell"), key=lambda one: _ORDER.index(one.verdict))
    phrase: Phrase = ()
    for one in sure[:_MOST_TOLD]:
        effect, metric = _effects(view, one)[0], name_of(one.metric)
        phrase = (
            *phrase,
            f"{sentence(quoted(one.play))} {_VERDICTS[one.verdict]}: ",
            effect,
            f" more often {metric}. ",
        )
    n = len(lifts) - len(sure)
    if not n:
        return phrase
    left = view.make.count("learned/open", "Effects that cannot be told yet", n)
    if not sure:
        return ("We cannot tell yet: ", left, f" {counted(n, 'effect was', 'effects were')} measured, none is sure.")
    return (*phrase, "Of ", left, f" more {counted(n, 'effect')} we cannot tell yet.")


def verdict_clause(view: View) -> Phrase:
    """Return what was learned, as a clause of the first sentence."""
    lifts = _main_lifts(view)
    if not lifts:
        return ("nothing could be learned yet",)
    for verdict, words in (("harms", "does harm"), ("works", "works")):
        names = list(dict.fromkeys(quoted(one.play) for one in lifts if one.verdict == verdict))
        if names:
            return (f"{listed(names[:_MOST_TOLD])} {words if len(names) == 1 else words.replace('works', 'work')}",)
    return ("whether what we do helps we cannot tell yet",)


def proven_figure(view: View) -> Figure | None:
    """Return how many plays surely work, None where none was measured."""
    lifts = _main_lifts(view)
    if not lifts:
        return None
    n = len({one.play for one in lifts if one.verdict == "works"})
    return view.make.count("learned/proven", "Plays that surely work", n)


def _main_lifts(view: View) -> list[Lift]:
    """Return the effects on everybody of what plays are chosen by: those of which one picture can be made."""
    return _in_order(one for one in view.facts.lifts if one.segment in ("", "all") and one.kind == "happened")


def _in_order(lifts: Iterable[Lift]) -> list[Lift]:
    return sorted(lifts, key=lambda lift: (lift.play, lift.variant, lift.segment, lift.metric, lift.id))


def _lift_table(view: View) -> list[Block]:
    main = {one.id for one in _main_lifts(view)}
    others = _in_order(one for one in view.facts.lifts if one.id not in main)
    rows = tuple(_lift_row(view, one) for one in others)
    caption = "The same by topic and segment, each drawn towards the mean of all; and amounts"
    return [Table(id="learned-segments", caption=caption, columns=_COLUMNS, rows=rows, folded=True)] if rows else []


def _lift_chart(view: View) -> Chart:
    lifts = _main_lifts(view)
    title = "What each play changed"
    sure = [f"{play_name(one.play)} {_VERDICTS[one.verdict]}" for one in lifts if one.verdict != "cannot tell"]
    told = f"{sentence(listed(list(dict.fromkeys(sure))))}. " if sure else "None of them is sure yet. "
    rows = tuple(_lift_row(view, one) for one in lifts)
    data = Table(id="learned-lifts-data", caption=title, columns=_COLUMNS, rows=rows, folded=True)
    return Chart(
        id="learned-lifts", shape="intervals", title=title, description=(f"{told}{_HOW_TO_READ.strip()}",),
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
    return f"{play_name(one.play)}{variant}{segment} \u2192 {name_of(one.metric)}"


def _lift_row(view: View, one: Lift) -> tuple[Cell, ...]:
    treated = _side(view, one, "got it", one.treated, one.n_treated)
    control = _side(view, one, "held out", one.control, one.n_control)
    why = Words(text=one.reason, id=one.id, kind="lift")
    return (sentence(_lift_name(one)), treated, control, *_effects(view, one), _VERDICTS[one.verdict], why)


def _side(view: View, one: Lift, words: str, value: float, n: int) -> Figure:
    return Figure(
        id=view.make.id(f"learned/{words}/{one.id}"), label=f"{_lift_name(one)}: people {words}", value=value, n=n,
        unit="share" if one.kind == "happened" else "number", formula="mean of this arm", inputs=(f"lift {one.id}",),
    )  # fmt: skip


def _learning(view: View, one: Learning) -> Phrase:
    if not one.subject.startswith(_PLAY):
        return (Words(text=sentence(one.statement), id=one.id, kind="learning"),)
    name = sentence(play_name(one.subject.removeprefix(_PLAY)))
    turn = "less" if one.after < one.before else "more" if one.after > one.before else "as before"
    _, before, _, after = from_to(view, one)
    return (f"{name} is believed in {turn}: it is thought to change ", after, ", and was thought to change ", before,
            " before.")  # fmt: skip


def from_to(view: View, one: Learning) -> Phrase:
    """Return "from 5 points to 12": what a learning has moved."""
    unit: Unit = "points" if one.subject.startswith("play") else "number"  # what is believed of a play is an effect
    before, after = (
        Figure(
            id=view.make.id(f"learned/{when}/{one.id}"), label=f"{one.subject}: {when}", value=value, unit=unit,
            n=one.n, formula=one.statement, inputs=(f"learning {one.id}",),
        )
        for when, value in (("before", one.before), ("after", one.after))
    )  # fmt: skip
    return ("from ", before, " to ", after)
