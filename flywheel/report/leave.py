"""The room "Who may leave": how many are at risk, by which rule, and what drives it."""

from __future__ import annotations

from flywheel.domain.intervals import wilson
from flywheel.domain.summary import TeamLeavers
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Table
from flywheel.report.facts import RiskSummary
from flywheel.report.figures import Part
from flywheel.report.view import View
from flywheel.report.words import sentence

_MOST_DRIVERS = 6
_DISCOUNT = 0.1
_LEARNED = "churn-logistic-"
_NOBODY = "Nobody's risk of leaving was worked out in this period."


def leave_section(view: View) -> Section:
    """Return how many may leave, by which rule, and what drives it."""
    told = [risk for risk in view.facts.risks if risk.n >= view.facts.min_group]
    if not told and not view.facts.teams:
        return Section(id="leave", title="Who may leave", finding=(_NOBODY,))
    finding: Phrase = ()
    blocks: list[Block] = []
    for risk in told:
        finding = (*finding, *_risk_finding(view, risk))
        blocks += _drivers(view, risk)
    blocks += _teams(view)
    return Section(id="leave", title="Who may leave", finding=finding or (_NOBODY,), blocks=tuple(blocks))


def _risk_finding(view: View, risk: RiskSummary) -> Phrase:
    key, who = f"leave/{risk.voice}", f"{risk.voice}s"
    above = view.make.count(f"{key}/above", f"{sentence(who)} at risk of leaving", risk.above, f"model {risk.model}")
    of = view.make.count(f"{key}/n", f"{sentence(who)} whose risk was worked out", risk.n)
    limit = Figure(
        id=view.make.id(f"{key}/limit"), label="From this risk on a person counts as at risk", value=risk.threshold,
        unit="share", formula="a setting",
    )  # fmt: skip
    mean = Figure(
        id=view.make.id(f"{key}/mean"), label=f"Mean risk of leaving of {who}", value=risk.mean, unit="share", n=risk.n,
        low=risk.low, high=risk.high, formula=f"mean of the predictions by {risk.model}; 95 % interval",
    )  # fmt: skip
    rule = f"). {_whence(risk.model)} "
    return (above, " of ", of, f" {who} may leave (a risk of ", limit, " or more; ", mean, " on average", rule)


def _teams(view: View) -> list[Block]:
    """Return how many employees left, team by team: of one employee nothing is foreseen."""
    rows: list[tuple[Cell, ...]] = []
    for team in view.facts.teams:
        key = f"leave/team/{team.team}"
        share = view.make.share(key, f"Left in a year: {team.team}", Part(team.left, team.n))
        rows.append(
            (team.team, view.make.count(f"{key}/n", f"Employees of {team.team}", team.n), share, _worth(view, team))
        )
    if not rows:
        return []
    columns = (
        Column(name="Team"), Column(name="Employees", numeric=True), Column(name="Left in the last year", numeric=True),
        Column(name="Worth of one from now on", numeric=True),
    )  # fmt: skip
    caption = "Employees by team: what happened, with the interval in which the yearly risk lies"
    return [Table(id="leave-teams", caption=caption, columns=columns, rows=tuple(rows))]


def _worth(view: View, team: TeamLeavers) -> Cell:
    """Return what an employee of a team is worth: yearly value x r / (1 + i - r), with the yearly share that stays."""
    if team.value is None:
        return "unknown"
    low, high = wilson(team.left, team.n)
    values = [team.value * (1 - left) / (_DISCOUNT + left) for left in (high, team.left / team.n, low)]
    return Figure(
        id=view.make.id(f"leave/team/{team.team}/worth"), label=f"Lifetime value of an employee of {team.team}",
        value=values[1], unit="number", n=team.n, low=values[0], high=values[2],
        formula="mean yearly value x r / (1 + 0.1 - r), r the share that stayed the year (Gupta & Lehmann 2003)",
    )  # fmt: skip


def _whence(model: str) -> str:
    if model.startswith(_LEARNED):
        return f"This was learned from who left before, and checked on later times than it learned from ({model})."
    return f"This comes from a stated rule ({model}), not from a model that was trained and checked."


def _drivers(view: View, risk: RiskSummary) -> list[Block]:
    top = sorted(risk.drivers.items(), key=lambda item: (-item[1], item[0]))[:_MOST_DRIVERS]
    rows: list[tuple[Cell, ...]] = []
    for driver, n in top:
        if n >= view.facts.min_group:
            rows.append((driver, view.make.count(f"leave/{risk.voice}/driver/{driver}", f"At risk with: {driver}", n)))
    if not rows:
        return []
    columns = (Column(name="What drives it"), Column(name="People at risk", numeric=True))
    caption = f"Why {risk.voice}s may leave"
    return [Table(id=f"leave-{risk.voice}", caption=caption, columns=columns, rows=tuple(rows))]
