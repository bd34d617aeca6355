"""The first sentence: what a person would say in the corridor, and first of all what is wrong with the picture."""

from __future__ import annotations

from flywheel.report.ask import ask_finding
from flywheel.report.cycle_report import Glance, Phrase
from flywheel.report.did import did_finding, helped
from flywheel.report.differently import plain_turn
from flywheel.report.facts import SourceHealth
from flywheel.report.learned import learned_finding
from flywheel.report.said import said_finding
from flywheel.report.stand import stand_finding, told_standings
from flywheel.report.stand_gaps import gap_size, one_of_each_peer
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, period, sentence, shown, spoken

# With 30 answers the 95 % interval of a share is about 34 points wide: nothing below that is worth a sentence.
THIN = 30


def alarms(view: View) -> tuple[Phrase, ...]:
    """Return what makes this report less than it seems, the gravest first; empty when all is well."""
    found = (
        _nothing_heard(view),
        _failed(view),
        _shadow(view),
        _paused(view),
        _dead(view),
        _thin(view),
        _withheld(view),
    )
    return tuple(phrase for phrase in found if phrase)


def headline(view: View) -> str:
    """Return one sentence; when something is wrong, the gravest of it comes first."""
    wrong = [spoken(phrase) for phrase in alarms(view)[:2]]
    clauses = wrong if wrong and not view.ours_heard else [*wrong, *_clauses(view)]
    return sentence("; ".join((*clauses, plain_turn(view)))) + "."


def glances(view: View) -> tuple[Glance, ...]:
    """Return the first screen: a manager's questions, each with its answer and the room that says more."""
    return (
        Glance(question="What did people say, and is it getting better?", answer=said_finding(view), section="said"),
        Glance(question="Where do we lose, against whom?", answer=stand_finding(view), section="stand"),
        Glance(question="What did we do?", answer=did_finding(view), section="did"),
        Glance(question="What did our actions change?", answer=learned_finding(view), section="learned"),
        Glance(question="What is asked of me?", answer=ask_finding(view), section="ask"),
    )


def _clauses(view: View) -> list[str]:
    clauses = []
    top = view.topics("customer").now[:1]
    if top:
        clauses.append(f"{name_of(top[0].name)} is what people wrote about most")
    clauses += _standing_clause(view)
    if view.facts.cycle.mode == "live" and not _withheld(view):
        clauses.append(spoken(helped(view)))
    return clauses


def _standing_clause(view: View) -> list[str]:
    customers = [one for one in told_standings(view) if one.voice == "customer"]
    for verdict in ("behind", "ahead"):
        found = one_of_each_peer([one for one in customers if one.verdict == verdict])
        if found:
            of = "of " if verdict == "ahead" else ""
            return [f"we are {verdict} {of}{found[0].peer} by {shown(gap_size(view, found[0]))}"]
    return ["whether we are ahead of anybody we cannot tell"] if customers else []


def _nothing_heard(view: View) -> Phrase:
    when = period(view.facts.cycle.window, view.facts.zone)
    if not view.facts.counts:
        return (f"nothing was heard in this period ({when})",)
    return () if view.ours_heard else (f"nothing was heard about {view.facts.brand} in this period ({when})",)


def _failed(view: View) -> Phrase:
    failed = [name_of(one.step) for one in view.facts.steps if one.error]
    return (f"this report is incomplete, because {listed(failed)} failed",) if failed else ()


def _shadow(view: View) -> Phrase:
    if view.facts.cycle.mode != "shadow":
        return ()
    would, words = helped(view)
    return ("this was a shadow run: nothing was sent, ", would, str(words).split(" (")[0])


def _paused(view: View) -> Phrase:
    return ("sending is paused, so nothing went out",) if view.facts.paused else ()


def _dead(view: View) -> Phrase:
    dead = [one for one in view.facts.sources if one.error or _silent(one)]
    if not dead or not view.facts.counts:
        return ()
    return (f"nothing came from {listed([_last_heard(view, one) for one in dead])}, so part of the picture is missing",)


def _silent(one: SourceHealth) -> bool:
    return one.socket == "source" and one.rows == 0 and one.rows_ever > 0


def _last_heard(view: View, one: SourceHealth) -> str:
    return one.name if one.last_heard is None else f"{one.name} (last heard {day(one.last_heard, view.facts.zone)})"


def _thin(view: View) -> Phrase:
    read = sum(row.n_read for row in view.facts.counts if row.brand == view.facts.brand and row.voice == "customer")
    if read >= THIN or not view.ours_heard:
        return ()
    n = view.make.count("head/thin", "Texts of our customers that could be read", read)
    return ("there is too little to go by: only ", n, f" {counted(read, 'text')} of our customers could be read")


def _withheld(view: View) -> Phrase:
    made, against = view.facts.decisions.n, sum(view.facts.withheld.values())
    if view.decided("decided", "shadow") or not (made or against):
        return ()
    why = sorted(view.blocks.items(), key=lambda item: (-item[1], item[0]))
    most = f" (most often: {why[0][0].rstrip('.')})" if why else ""
    if not made:
        n = view.make.count("head/against", "Times that something stood against doing anything", against)
        return ("nothing was done for anybody: ", n, f" {counted(against, 'time')} something stood against it{most}")
    n = view.make.count("head/withheld", "Decisions that were withheld", made)
    return ("everything was withheld: of ", n, f" {counted(made, 'decision')} none was carried out{most}")
