"""The room "Who may leave, and what it is worth": customers and employees as assets, what is at risk, and why."""

from __future__ import annotations

from collections.abc import Iterable

from flywheel.domain.intervals import Z_95, wilson
from flywheel.domain.summary import TeamLeavers
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Sentences, Table, Words
from flywheel.report.facts import RiskSummary
from flywheel.report.figures import Part
from flywheel.report.view import View
from flywheel.report.words import sentence

_MOST_DRIVERS = 6
_DISCOUNT = 0.1
_LEARNED = "churn-logistic-"
_NOBODY = "Nobody's risk of leaving was worked out in this period."
_TITLE = "Who may leave, and what it is worth"
Range = tuple[float, float, float]


def leave_section(view: View) -> Section:
    """Return how many may leave, by which rule, what that is worth, and what drives it."""
    told = _told(view)
    if not told and not view.facts.teams:
        return Section(id="leave", title=_TITLE, finding=(_NOBODY,))
    finding: Phrase = ()
    blocks: list[Block] = _assets(view)
    for risk in told:
        finding = (*finding, *_risk_finding(view, risk))
        blocks += _drivers(view, risk)
    blocks += _teams(view)
    blocks += _silent(view)
    return Section(id="leave", title=_TITLE, finding=finding or (_NOBODY,), blocks=tuple(blocks))


def leave_answer(view: View) -> Phrase:
    """Return how many may leave and what of their value is at risk: the first screen's answer."""
    told = _told(view)
    if not told:
        return (_NOBODY,)
    above, of = _counts(view, told[0])
    lead: Phrase = (above, " of ", of, f" {told[0].voice}s may leave")
    worth = view.facts.worth
    if worth is None or not worth.n_at_risk:
        return (*lead, ".")
    return (
        *lead,
        "; ",
        _at_risk(view, worth.at_risk, worth.n_at_risk, worth.model),
        " of what they are worth is at risk.",
    )


def _told(view: View) -> list[RiskSummary]:
    return [risk for risk in view.facts.risks if risk.n >= view.facts.min_group]


def _counts(view: View, risk: RiskSummary) -> tuple[Figure, Figure]:
    key, who = f"leave/{risk.voice}", f"{risk.voice}s"
    above = view.make.count(f"{key}/above", f"{sentence(who)} at risk of leaving", risk.above, f"model {risk.model}")
    return above, view.make.count(f"{key}/n", f"{sentence(who)} whose risk was worked out", risk.n)


def _assets(view: View) -> list[Block]:
    """Return what customers and employees are worth, and how much of it is at risk."""
    rows: list[tuple[Cell, ...]] = []
    worth = view.facts.worth
    if worth is not None and worth.n >= view.facts.min_group:
        n = view.make.count("leave/worth/n", "Customers whose lifetime value is known or foreseen", worth.n)
        risk = None if not worth.n_at_risk else _at_risk(view, worth.at_risk, worth.n_at_risk, worth.model)
        rows.append(("Customers", n, _value(view, "customers", worth.value, worth.n, worth.model), risk))
    valued = [one for one in view.facts.teams if one.value is not None]
    if valued:
        people = sum(one.n for one in valued)
        n = view.make.count("leave/employees/n", "Employees in teams large enough to be told of", people)
        value, risk_of = _added(_team_value(one) for one in valued), _added(_team_risk(one) for one in valued)
        how = "added up over teams: people x lifetime value of one"
        lost = "added up over teams: people x share that leaves in a year x lifetime value of one"
        rows.append(
            ("Employees", n, _money(view, "employees/value", "Lifetime value of our employees", value, people, how),
             _money(view, "employees/at-risk", "Value of employees who leave in a year", risk_of, people, lost))
        )  # fmt: skip
    if not rows:
        return []
    columns = (
        Column(name="Asset"), Column(name="People", numeric=True), Column(name="Worth", numeric=True),
        Column(name="At risk", numeric=True),
    )  # fmt: skip
    return [Table(id="leave-assets", caption="People as assets, in your own money", columns=columns, rows=tuple(rows))]


def _value(view: View, who: str, value: Range, n: int, model: str) -> Figure:
    how = f"lifetime values by {model}, added up; the range adds up the ends of each person's own"
    return _money(view, f"{who}/value", f"Lifetime value of our {who}", value, n, how)


def _at_risk(view: View, value: Range, n: int, model: str) -> Figure:
    how = f"lifetime value by {model} x chance of leaving, added up; the range adds up the ends of each person's own"
    return _money(view, "customers/at-risk", "Value of our customers that is at risk", value, n, how)


def _money(view: View, key: str, label: str, of: Range, n: int, how: str) -> Figure:
    value, low, high = of
    return Figure(
        id=view.make.id(f"leave/{key}"), label=label, value=value, unit="number", n=n, low=low, high=high, formula=how,
        inputs=("v_prediction",),
    )  # fmt: skip


def _added(ranges: Iterable[Range]) -> Range:
    values = list(ranges)
    return (sum(one[0] for one in values), sum(one[1] for one in values), sum(one[2] for one in values))


def _silent(view: View) -> list[Block]:
    """Return how satisfied those probably are who never answer, where that could be learned."""
    found = view.facts.satisfaction
    if found is None or found.n < view.facts.min_group:
        return []
    half = Z_95 * found.standard_error
    mean = Figure(
        id=view.make.id("leave/satisfaction"), label="Mean satisfaction foreseen of those who do not answer",
        value=found.mean, unit="share", n=found.n, low=max(found.mean - half, 0.0), high=min(found.mean + half, 1.0),
        formula=f"mean of the predictions by {found.model}, 0 to 1 of the scales asked on; interval over persons",
    )  # fmt: skip
    n = view.make.count("leave/satisfaction/n", "Customers who do not answer", found.n)
    said: Phrase = (n, " customers who do not answer surveys are probably satisfied to ", mean, " of the scale.")
    return [Sentences(title="Those who never answer", items=(said,))]


def _risk_finding(view: View, risk: RiskSummary) -> Phrase:
    key, who = f"leave/{risk.voice}", f"{risk.voice}s"
    above, of = _counts(view, risk)
    limit = Figure(
        id=view.make.id(f"{key}/limit"), label="From this risk on a person counts as at risk", value=risk.threshold,
        unit="share", formula="a setting",
    )  # fmt: skip
    mean = Figure(
        id=view.make.id(f"{key}/mean"), label=f"Mean risk of leaving of {who}", value=risk.mean, unit="share", n=risk.n,
        low=risk.low, high=risk.high, formula=f"mean of the predictions by {risk.model}; interval over persons",
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
    """Return what an employee of a team is worth from now on."""
    if team.value is None:
        return "unknown"
    value, low, high = _of_one(team)
    return Figure(
        id=view.make.id(f"leave/team/{team.team}/worth"), label=f"Lifetime value of an employee of {team.team}",
        value=value, unit="number", n=team.n, low=low, high=high,
        formula="mean yearly value x r / (1 + 0.1 - r), r the share that stayed the year (Gupta & Lehmann 2003)",
    )  # fmt: skip


def _of_one(team: TeamLeavers) -> Range:
    """Return yearly value x r / (1 + i - r), with the yearly share that stays: its value and its range."""
    least, most = wilson(team.left, team.n)
    years = [(1 - left) / (_DISCOUNT + left) for left in (team.left / team.n, most, least)]
    value = team.value or 0.0
    return (value * years[0], value * years[1], value * years[2])


def _team_value(team: TeamLeavers) -> Range:
    value, low, high = _of_one(team)
    return (team.n * value, team.n * low, team.n * high)


def _team_risk(team: TeamLeavers) -> Range:
    """Return what leaves with those who leave: at its least if few leave whose worth is small, and the other way."""
    least, most = wilson(team.left, team.n)
    value, low, high = _of_one(team)
    return (team.left * value, team.n * least * low, team.n * most * high)


def _whence(model: str) -> str:
    if model.startswith(_LEARNED):
        return f"This was learned from who left before, and checked on later times than it learned from ({model})."
    return f"This comes from a stated rule ({model}), not from a model that was trained and checked."


def _drivers(view: View, risk: RiskSummary) -> list[Block]:
    top = sorted(risk.drivers.items(), key=lambda item: (-item[1], item[0]))[:_MOST_DRIVERS]
    rows: list[tuple[Cell, ...]] = []
    for driver, n in top:
        if n >= view.facts.min_group:
            count = view.make.count(f"leave/{risk.voice}/driver/{driver}", f"At risk with: {driver}", n)
            rows.append((Words(text=driver, id=count.id, kind="driver"), count))
    if not rows:
        return []
    columns = (Column(name="What drives it"), Column(name="People at risk", numeric=True))
    caption = f"Why {risk.voice}s may leave"
    return [Table(id=f"leave-{risk.voice}", caption=caption, columns=columns, rows=tuple(rows))]
