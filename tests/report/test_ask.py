"""What the outer loop asks of managers, what came of it, and how mature the wheel is: in words, with figures."""

from __future__ import annotations

from datetime import timedelta

from flywheel.domain.initiative import Expectation, Setting
from flywheel.domain.loop import STAGES, VALUES, Criterion
from flywheel.report.build import build_report
from flywheel.report.cycle_report import Section, Sentences, Table, figures
from flywheel.report.facts import ReportFacts
from flywheel.report.words import cell_text, spoken


def section(facts: ReportFacts, name: str, **changes: object) -> Section:
    report = build_report(facts.model_copy(update=changes))
    return next(one for one in report.sections if one.id == name)


def told(facts: ReportFacts, **values: object) -> dict[str, str]:
    """Return the only row of the table of initiatives, by column."""
    [one] = facts.initiatives
    ask = section(facts, "ask", initiatives=(one.model_copy(update=values),))
    [table] = [block for block in ask.blocks if isinstance(block, Table) and block.id == "ask-initiatives"]
    [row] = table.rows
    return {column.name: cell_text(cell) for column, cell in zip(table.columns, row, strict=True)}


def test_an_initiative_says_what_to_expect_and_nothing_of_what_was_not_measured(
    facts: ReportFacts,
) -> None:
    row = told(facts)
    assert (row["What to expect"], row["State"]) == ("no past to learn from", "open")
    assert "%" not in row["Left of it"]
    words = Expectation(effect=-0.3, low=-0.5, high=-0.1, words="1 of 1 earlier initiatives about roster were verified")
    assert told(facts, voice="employee", topic="roster", expected=words)["What to expect"] == words.words


def test_what_is_overdue_says_how_often_it_was_escalated(facts: ReportFacts) -> None:
    late = facts.cycle.as_of - timedelta(days=1)
    assert told(facts, due=late, escalations=2)["State"] == "open (overdue, escalated 2 times)"


def test_what_data_have_shown_is_told_as_what_is_left_of_it(facts: ReportFacts) -> None:
    row = told(facts, status="verified", effect=-0.4, low=-0.6, high=-0.1)
    assert row["State"] == "removed, as data show"
    assert row["Left of it"].startswith("60")
    assert "the work did not remove it" in told(facts, status="refuted", effect=0.1, low=0.0, high=0.3)["State"]


def test_what_has_ended_asks_nothing_of_anybody(facts: ReportFacts) -> None:
    [one] = facts.initiatives
    ended = one.model_copy(update={"status": "verified"})
    assert "cause" in spoken(section(facts, "ask").finding)
    assert "cause" not in spoken(section(facts, "ask", initiatives=(ended,)).finding)


def test_whom_the_outer_loop_wants_asked_is_listed(facts: ReportFacts) -> None:
    wanted = Setting(
        id="ask1", cycle_id="o", name="ask.next", value=["customers: language pl"], reason="r", evidence=(),
        decided_at=facts.cycle.as_of, expires=facts.cycle.as_of + timedelta(days=9),
    )  # fmt: skip
    ask = section(facts, "ask", settings=(wanted,))
    [block] = [one for one in ask.blocks if isinstance(one, Sentences) and one.title == "Whom to ask next"]
    assert (block.title, [spoken(one) for one in block.items]) == ("Whom to ask next", ["customers: language pl"])


def criteria(*met: bool) -> tuple[Criterion, ...]:
    stages = [
        Criterion(cycle_id="o", part=part, name="n", words=f"things of {part}", value=1, needed=1, met=one)
        for part, one in zip(STAGES, met, strict=True)
    ]
    silent = Criterion(
        cycle_id="o", part=VALUES[0], name="teams", words="no team has said", value=None, needed=3, met=None
    )
    return (*stages, silent)


def test_the_stage_reached_is_told_with_what_the_next_one_lacks_and_what_nobody_has_said(facts: ReportFacts) -> None:
    ran = section(facts, "ran", maturity=criteria(True, True, False, True))
    said = [spoken(item) for block in ran.blocks if isinstance(block, Sentences) for item in block.items]
    assert (
        "By what it did, the wheel has reached interaction; what engagement asks for and is not there yet: things of "
        "engagement."
    ) in said
    assert "No team has said how far corporate value is lived (config/assessment.yaml)." in said
    [table] = [block for block in ran.blocks if isinstance(block, Table) and block.id == "ran-maturity"]
    assert [cell_text(row[4]) for row in table.rows] == ["yes", "yes", "no", "yes", "nobody knows"]


def test_every_figure_of_it_has_an_id_of_its_own(facts: ReportFacts) -> None:
    report = build_report(facts.model_copy(update={"maturity": criteria(True, False, False, False)}))
    ids = [one.id for one in figures(report) if one.label.startswith(("Things of", "Needed:"))]
    assert len(ids) == len(set(ids)) == 9
