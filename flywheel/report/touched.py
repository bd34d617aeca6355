"""Part of the room "They said": what is said at each touchpoint, the moments of truth first."""

from __future__ import annotations

from flywheel.domain.summary import BrandCount, GroupCount
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Sentences, Table
from flywheel.report.facts import TouchpointFacts
from flywheel.report.figures import is_real
from flywheel.report.view import View, mentions, negative
from flywheel.report.words import name_of, sentence

_RULE = "where people decide whether they trust us"


def touchpoint_blocks(view: View) -> list[Block]:
    """Return the table of touchpoints with who answers for each, and in words what happens at moments of truth."""
    whole = view.count("customer")
    told = [one for one in view.facts.touchpoints if one.now.n >= view.facts.min_group]
    if whole is None or not told:
        return []
    told.sort(key=lambda one: (not one.moment_of_truth, -one.now.n, one.name))
    columns = (
        Column(name="Touchpoint"), Column(name="Answers for it"), Column(name="Texts", numeric=True),
        Column(name="Share", numeric=True), Column(name="Negative", numeric=True), Column(name="Before", numeric=True),
        Column(name="Change", numeric=True),
    )  # fmt: skip
    rows = tuple(_row(view, one, whole) for one in told)
    caption = "Where in the journey our customers' texts belong"
    table = Table(id="said-touchpoints", caption=caption, columns=columns, rows=rows, folded=True)
    truth = [_moment(view, one) for one in told if one.moment_of_truth]
    title = f"Moments of truth: {_RULE}"
    return [*([Sentences(title=title, items=tuple(truth), listed=True)] if truth else []), table]


def _moment(view: View, one: TouchpointFacts) -> Phrase:
    lead, share = f"{sentence(name_of(one.name))}: ", _mood(view, one, one.now, "now")
    if one.before is None or one.before.n_read < view.facts.min_group or not one.now.n_read:
        return (lead, share, " of what customers write is negative; nothing earlier to compare with.")
    change = view.make.change(
        _key(one, "change"), f"Change of the negative share at {one.name}", negative(one.now), negative(one.before)
    )
    step = (
        "whether it moved nobody can tell" if not is_real(change) else "worse" if (change.value or 0) > 0 else "better"
    )
    return (lead, share, " of what customers write is negative; ", f"{step} (", change, ").")


def _row(view: View, one: TouchpointFacts, whole: BrandCount) -> tuple[Cell, ...]:
    texts = view.make.count(_key(one, "texts"), f"Texts of our customers at {one.name}", one.now.n)
    share = view.make.share(
        _key(one, "share"), f"Share of our customers' texts at {one.name}", mentions(one.now, whole)
    )
    before, change = one.before, None
    past = None if before is None or before.n < view.facts.min_group else _mood(view, one, before, "before")
    if past is not None and before is not None:
        label = f"Change of the negative share at {one.name}"
        change = view.make.change(_key(one, "change"), label, negative(one.now), negative(before))
    name = sentence(name_of(one.name)) + (" (moment of truth)" if one.moment_of_truth else "")
    return (name, one.owner, texts, share, _mood(view, one, one.now, "now"), past, change)


def _mood(view: View, one: TouchpointFacts, group: GroupCount, when: str) -> Figure:
    return view.make.share(_key(one, when), f"Negative texts of our customers at {one.name}, {when}", negative(group))


def _key(one: TouchpointFacts, what: str) -> str:
    return f"said/touchpoint/{what}/{one.name}"
