"""From the facts of a cycle to its report: pure, so that equal facts give equal reports."""

from __future__ import annotations

from flywheel.report.alarms import alarms
from flywheel.report.ask import ask_section
from flywheel.report.cycle_report import CycleReport, Phrase
from flywheel.report.did import did_section, how_fast
from flywheel.report.differently import differently_section, turn_finding
from flywheel.report.facts import ReportFacts
from flywheel.report.headline import IN_HEADLINE, glances, headline, index_line
from flywheel.report.learned import learned_section
from flywheel.report.leave import leave_section
from flywheel.report.named import names
from flywheel.report.ran import ran_section
from flywheel.report.said import said_section
from flywheel.report.stand import stand_section
from flywheel.report.teams import teams_section
from flywheel.report.view import View
from flywheel.report.words import period

_ROOMS = (
    said_section, stand_section, leave_section, did_section, learned_section, differently_section, ask_section,
    teams_section, ran_section,
)  # fmt: skip


def build_report(facts: ReportFacts) -> CycleReport:
    """Return the report of a cycle as frozen data."""
    view = View.of(facts)
    wrong = alarms(view)
    return CycleReport(
        cycle_id=facts.cycle.id,
        brand=facts.brand,
        period=period(facts.cycle.window, facts.zone),
        as_of=facts.cycle.as_of,
        mode=facts.cycle.mode,
        headline=headline(view),
        alarms=wrong[IN_HEADLINE:],
        alarmed=bool(wrong),
        turned=view.changed > 0,
        turn=_turn(view),
        glance=glances(view),
        sections=tuple(room(view) for room in _ROOMS),
        line=index_line(view),
        names=names(facts),
    )


def _turn(view: View) -> Phrase:
    """Return whether the wheel turned, and how fast."""
    fast = how_fast(view)
    return (*turn_finding(view), *((" ", *fast) if fast else ()))
