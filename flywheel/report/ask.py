"""The room "What we ask of you": causes to remove and what came of them, whom to ask next, approvals that wait."""

from __future__ import annotations

from flywheel.domain.initiative import ENDED, Initiative
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Sentences, Table
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, sentence

_STATES = {
    "done": "done; data will say whether it helped", "verified": "removed, as data show",
    "refuted": "the work did not remove it, as data show", "abandoned": "given up",
}  # fmt: skip


def ask_section(view: View) -> Section:
    """Return what managers are asked for: causes to remove, people to ask, approvals that wait; what came of it."""
    blocks: list[Block] = [_initiatives(view)] if view.facts.initiatives else []
    blocks += _whom_to_ask(view)
    return Section(id="ask", title="What we ask of you", finding=ask_finding(view), blocks=tuple(blocks))


def waiting(view: View) -> int:
    """Return how many decisions wait for a person's approval."""
    return max(view.facts.approvals_waiting, view.decided("waiting"))


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
    if not parts:
        return ("Nothing: no approval waits and no initiative is open.",)
    return (*parts[0], *(("; ", *parts[1]) if len(parts) > 1 else ()), ".")


def _going(view: View) -> list[Initiative]:
    return [one for one in view.facts.initiatives if one.status not in ENDED]


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
    return (sentence(one.cause), one.owner, due, evidence, one.expected.words, _state(view, one), _left(view, one))


def _state(view: View, one: Initiative) -> str:
    late = one.status == "open" and one.due < view.facts.cycle.as_of
    escalated = f", escalated {one.escalations} times" if one.escalations else ""
    return _STATES.get(one.status, one.status) + (f" (overdue{escalated})" if late else "")


def _left(view: View, one: Initiative) -> Figure | None:
    """Return what is left of the unhappy mentions that topics nobody worked on led us to expect."""
    if one.effect is None or one.low is None or one.high is None:
        return None
    return Figure(
        id=view.make.id(f"ask/left/{one.id}"), label=f"Left of: {one.topic}", value=1 + one.effect, unit="share",
        low=1 + one.low, high=1 + one.high, inputs=(f"initiative {one.id}",),
        formula="unhappy mentions after the work / what untouched topics lead us to expect; 95 % interval",
    )  # fmt: skip


def _whom_to_ask(view: View) -> list[Block]:
    """Return whom the outer loop wants to be asked: groups that are seldom heard."""
    found = [one for one in view.facts.settings if one.name == "ask.next" and isinstance(one.value, list)]
    if not found:
        return []
    groups = [str(group) for group in found[-1].value] if isinstance(found[-1].value, list) else []
    return [Sentences(title="Whom to ask next", items=tuple((group,) for group in groups), listed=True)]
