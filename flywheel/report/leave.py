"""The room "Who may leave": how many are at risk, by which rule, and what drives it."""

from __future__ import annotations

from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Table
from flywheel.report.facts import RiskSummary
from flywheel.report.view import View
from flywheel.report.words import sentence

_MOST_DRIVERS = 6
_LEARNED = "churn-logistic-"
_NOBODY = "Nobody's risk of leaving was worked out in this period."


def leave_section(view: View) -> Section:
    """Return how many may leave, by which rule, and what drives it."""
    told = [risk for risk in view.facts.risks if risk.n >= view.facts.min_group]
    if not told:
        return Section(id="leave", title="Who may leave", finding=(_NOBODY,))
    finding: Phrase = ()
    blocks: list[Block] = []
    for risk in told:
        finding = (*finding, *_risk_finding(view, risk))
        blocks += _drivers(view, risk)
    return Section(id="leave", title="Who may leave", finding=finding, blocks=tuple(blocks))


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
