"""What makes a report less than it seems: nothing heard, a failed step, a dead source, too little, all withheld."""

from __future__ import annotations

from flywheel.domain.play import NOT_OURS
from flywheel.report.cycle_report import Phrase
from flywheel.report.did import helped
from flywheel.report.facts import SourceHealth
from flywheel.report.view import View
from flywheel.report.words import counted, day, listed, name_of, period

# With 30 answers the 95 % interval of a share is about 34 points wide: nothing below that is worth a sentence.
THIN = 30


def alarms(view: View) -> tuple[Phrase, ...]:
    """Return what is wrong with the picture, the gravest first; empty when all is well."""
    found = (
        _nothing_heard(view), _failed(view), _shadow(view), _paused(view), _dead(view), _thin(view), _withheld(view),
    )  # fmt: skip
    return tuple(phrase for phrase in found if phrase)


def is_withheld(view: View) -> bool:
    """Return whether nothing was done although something fitted."""
    return bool(_withheld(view))


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
    return ("this was a shadow run: nothing was sent, ", would, str(words).split(" (", maxsplit=1)[0])


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
    asked = max(
        (one.n or 0 for one in view.facts.findings if one.kind == "measure" and one.basis == "survey"), default=0
    )
    if max(read, asked) >= THIN or not view.ours_heard:
        return ()
    if not read:
        return ("there is nothing to go by: not one text of our customers could be read",)
    n = view.make.count("head/thin", "Texts of our customers that could be read", read)
    return ("there is too little to go by: only ", n, f" {counted(read, 'text')} of our customers could be read")


def _withheld(view: View) -> Phrase:
    made, against = view.facts.decisions.n, sum(n for why, n in view.facts.withheld.items() if why != NOT_OURS)
    if view.decided("decided", "shadow") or not (made or against):
        return ()
    why = sorted(((one, n) for one, n in view.blocks.items() if one != NOT_OURS), key=lambda item: (-item[1], item[0]))
    most: Phrase = (" (most often: ", view.reason(why[0][0].rstrip("."), of=why[0][0]), ")") if why else ()
    if not made:
        n = view.make.count("head/against", "Times that something stood against doing anything", against)
        times = f" {counted(against, 'time')} something stood against it"
        return ("nothing was done for anybody: ", n, times, *most)
    n = view.make.count("head/withheld", "Decisions that were withheld", made)
    return ("everything was withheld: of ", n, f" {counted(made, 'decision')} none was carried out", *most)
