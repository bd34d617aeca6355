"""Orient: our customers and our employees beside the competition, what moved, and what is about to."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.standing import StandingVerdict
from flywheel.orient.whole import all_measures, findings_of, standings_of
from flywheel.steps.oriented_by import facts_of, view_of
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

_VERDICTS: tuple[StandingVerdict, ...] = ("ahead", "behind", "level", "cannot tell")
_TOLD = ("oddity", "warning")
_MOST_NOTICES = 12


def orient(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hold our customers' and employees' voices against each competitor's; say what moved, rises, or is not heard."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        turn = _turn(cycle, shelves)
        facts, told = facts_of(settings, turn, cycle.as_of, shelves), shelves.measures.latest(cycle.as_of)
    view = view_of(settings, cycle, turn)
    heard = all_measures(facts, view)
    provided = [one for each in settings.benchmarks for one in each.measures([*heard, *told], cycle.as_of)]
    owns = [each.own for each in settings.benchmarks if each.own]
    standings = standings_of(heard, provided, owns, view)
    findings = findings_of(facts, heard, provided, owns, view)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.standings.add(standings)
        shelves.findings.add(findings)
    verdicts = Counter(one.verdict for one in standings)
    counts: dict[str, int] = {name: verdicts[name] for name in _VERDICTS if verdicts[name]}
    told_of = Counter[str](one.kind for one in findings if one.kind in _TOLD)
    notices = [one.statement for one in findings if one.kind == "oddity"][:_MOST_NOTICES]
    return Tally(step="orient", done=len(standings), reasons=counts | told_of, warnings=tuple(notices))


def _turn(cycle: Cycle, shelves: Shelves) -> Cycle:
    """Return the last turn of the main flow: the outer loop looks at what that heard."""
    newest = None if cycle.flow == "cycle" else shelves.cycles.newest("cycle", statuses=("completed", "partial"))
    return cycle if newest is None else newest.cycle
