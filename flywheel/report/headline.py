"""The first sentence and the first screen: what a person would say in the corridor, and first of all what is wrong."""

from __future__ import annotations

from flywheel.report.alarms import alarms, is_withheld
from flywheel.report.ask import ask_finding
from flywheel.report.cycle_report import Glance, IndexLine, Phrase
from flywheel.report.did import did_finding, helped, people_helped
from flywheel.report.differently import changed_figure
from flywheel.report.learned import effects_answer, proven_figure, verdict_clause
from flywheel.report.leave import leave_answer
from flywheel.report.said import mood_answer, mood_figure, scores_clause
from flywheel.report.stand import stand_answer, told_standings
from flywheel.report.stand_gaps import gap_size, one_of_each_peer
from flywheel.report.view import View
from flywheel.report.words import capital, name_of

IN_HEADLINE = 2
"""So many alarms stand in the first sentence; the others stand below it."""


def headline(view: View) -> Phrase:
    """Return one sentence; when something is wrong, the gravest of it comes first."""
    wrong = list(alarms(view)[:IN_HEADLINE])
    clauses = wrong if wrong and not view.ours_heard else [*wrong, *_clauses(view)]
    return (*capital(_joined(clauses)), ".")


def glances(view: View) -> tuple[Glance, ...]:
    """Return the first screen: a manager's questions, each with its answer and the room that says more."""
    return (
        Glance(question="Did it get better, and is it real?", answer=mood_answer(view), section="said"),
        Glance(question="Where do we lose, against whom?", answer=stand_answer(view), section="stand"),
        Glance(question="What did our actions change?", answer=effects_answer(view), section="learned"),
        Glance(question="What is asked of me?", answer=ask_finding(view), section="ask"),
        Glance(question="What did we do?", answer=did_finding(view), section="did"),
        Glance(question="Who may leave, and what is it worth?", answer=leave_answer(view), section="leave"),
    )


def index_line(view: View) -> IndexLine:
    """Return what stands of this report in the list of all."""
    return IndexLine(
        said=headline(view), mood=mood_figure(view), helped=people_helped(view), changed=changed_figure(view),
        proven=proven_figure(view),
    )  # fmt: skip


def _joined(clauses: list[Phrase]) -> Phrase:
    phrase: Phrase = ()
    for at, clause in enumerate(clauses):
        phrase = (*phrase, *(("; ",) if at else ()), *clause)
    return phrase


def _clauses(view: View) -> list[Phrase]:
    clauses: list[Phrase] = []
    top = view.topics("customer").now[:1]
    if top:
        clauses.append((f"{name_of(top[0].name)} is what people wrote about most",))
    clauses += [scored] if (scored := scores_clause(view)) else []
    clauses += _standing_clause(view)
    if view.facts.cycle.mode == "live" and view.facts.decisions.n and not is_withheld(view):
        clauses.append(helped(view))
    return [*clauses, verdict_clause(view)]


def _standing_clause(view: View) -> list[Phrase]:
    customers = [one for one in told_standings(view) if one.voice == "customer"]
    for verdict in ("behind", "ahead"):
        found = one_of_each_peer([one for one in customers if one.verdict == verdict])
        if found:
            of = "of " if verdict == "ahead" else ""
            return [(f"we are {verdict} {of}{found[0].peer} by ", gap_size(view, found[0]))]
    return [("whether we are ahead of anybody nobody can tell",)] if customers else []
