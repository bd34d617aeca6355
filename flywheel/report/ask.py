"""The room "What we ask of you": causes to remove and what came of them, whom to ask next, approvals that wait."""

from __future__ import annotations

from flywheel.domain.initiative import ENDED, Initiative
from flywheel.report.cared import objected, objection_blocks, overdue
from flywheel.report.cycle_report import Block, Cell, Column, Phrase, Section, Sentences, Table, Words
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, sentence

_STATES = {
    "done": "done; data will say whether it helped", "verified": "removed, as data show",
    "refuted": "the work did not remove it, as data show", "abandoned": "given up",
}  # fmt: skip


def ask_section(view: View) -> Section:
    """Return what managers are asked for: causes to remove, people to ask, approvals that wait; what came of it."""
    blocks: list[Block] = [_approvals(view)] if view.facts.waiting else []
    blocks += objection_blocks(view)
    blocks += [_initiatives(view)] if view.facts.initiatives else []
    blocks += _whom_to_ask(view)
    return Section(id="ask", title="What we ask of you", finding=ask_finding(view), blocks=tuple(blocks))


def waiting(view: View) -> int:
    """Return how many decisions wait for a person's approval."""
    return max(sum(one.n for one in view.facts.waiting), view.decided("waiting"))


def ask_finding(view: View) -> Phrase:
    """Return what is asked for in one sentence."""
    parts: list[Phrase] = []
    if n := waiting(view):
        parts.append((view.make.count("ask/approvals", "Decisions that wait for approval", n),
                      f" {counted(n, 'message waits', 'messages wait')} for your approval"))  # fmt: skip
    if n := len(_going(view)):
        owners = listed(sorted({one.owner for one in _going(view)}))
        parts.append((view.make.count("ask/initiatives", "Open initiatives", n),
                      f" {counted(n, 'cause', 'causes')} to remove, owned by {owners}"))  # fmt: skip
    parts += [told for told in (objected(view), overdue(view)) if told]
    if n := view.facts.deliveries.get("unknown", 0):
        parts.append((view.make.count("ask/unknown", "Messages that were perhaps sent", n),
                      f" {counted(n, 'message was', 'messages were')} perhaps sent: somebody should look"))  # fmt: skip
    if not parts:
        return ("Nothing: no approval waits and no initiative is open.",)
    phrase = parts[0]
    for part in parts[1:]:
        phrase = (*phrase, "; ", *part)
    return (*phrase, ".")


def _going(view: View) -> list[Initiative]:
    return [one for one in view.facts.initiatives if one.status not in ENDED]


def _approvals(view: View) -> Table:
    columns = (
        Column(name="Waits for approval"), Column(name="Answers for it"), Column(name="Messages", numeric=True),
        Column(name="The first one is too late on"),
    )  # fmt: skip
    rows = tuple(
        (
            sentence(name_of(one.play)), one.owner,
            view.make.count(f"ask/waiting/{one.play}", f"{sentence(name_of(one.play))}: waiting for approval", one.n),
            day(one.due, view.facts.zone),
        )
        for one in view.facts.waiting
    )  # fmt: skip
    caption = "What waits for your approval"
    return Table(id="ask-approvals", caption=caption, columns=columns, rows=rows)


def _initiatives(view: View) -> Table:
    columns = (
        Column(name="Cause"), Column(name="Owner"), Column(name="Due"), Column(name="Texts behind it", numeric=True),
        Column(name="What to expect"), Column(name="State"), Column(name="Left of it", numeric=True),
    )  # fmt: skip
    rows = tuple(_initiative(view, one) for one in sorted(view.facts.initiatives, key=lambda one: (one.due, one.id)))
    return Table(id="ask-initiatives", caption="Causes to remove", columns=columns, rows=rows)


def _initiative(view: View, one: Initiative) -> tuple[Cell, ...]:
    due = day(one.due, view.facts.zone)
    evidence = view.make.count(
        f"ask/evidence/{one.id}", f"Texts behind: {one.cause}", one.evidence_count, f"initiative {one.id}",
        *one.evidence[:5],
    )  # fmt: skip
    cause, expected, state = (_of(one, words) for words in (sentence(one.cause), one.expected.words, _state(view, one)))
    return (cause, one.owner, due, evidence, expected, state, view.make.left(one))


def _of(one: Initiative, words: str) -> Words:
    return Words(text=words, id=one.id, kind="initiative")


def _state(view: View, one: Initiative) -> str:
    late = one.status == "open" and one.due < view.facts.cycle.as_of
    escalated = f", escalated {one.escalations} times" if one.escalations else ""
    return _STATES.get(one.status, one.status) + (f" (overdue{escalated})" if late else "")


def _whom_to_ask(view: View) -> list[Block]:
    """Return whom the outer loop wants to be asked: groups that are seldom heard."""
    found = [one for one in view.facts.settings if one.name == "ask.next" and isinstance(one.value, list)]
    if not found:
        return []
    groups = [str(group) for group in found[-1].value] if isinstance(found[-1].value, list) else []
    return [
        Sentences(
            title="Whom to ask next",
            items=tuple((Words(text=group, id=found[-1].id, kind="setting"),) for group in groups),
            listed=True,
        )
    ]
