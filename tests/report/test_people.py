"""What the report tells of people who were helped, who wait, and of teams; each part also when it is empty."""

from __future__ import annotations

import pytest

from flywheel.domain.intervals import median
from flywheel.report.build import build_report
from flywheel.report.cycle_report import Section, Sentences, Table
from flywheel.report.facts import ReportFacts
from flywheel.report.words import cell_text, spoken


def section(facts: ReportFacts, name: str, **changes: object) -> Section:
    report = build_report(facts.model_copy(update=changes))
    return next(one for one in report.sections if one.id == name)


def words(one: Section) -> str:
    told = [spoken(one.finding)]
    told += [spoken(item) for block in one.blocks if isinstance(block, Sentences) for item in block.items]
    return " ".join(told).replace("\u202f", " ")


def table(one: Section, name: str) -> list[dict[str, str]]:
    [found] = [block for block in one.blocks if isinstance(block, Table) and block.id == name]
    return [
        {column.name: cell_text(cell) for column, cell in zip(found.columns, row, strict=True)} for row in found.rows
    ]


def test_half_of_the_help_has_a_time_with_its_interval(facts: ReportFacts) -> None:
    assert "Half of the help went out within 3 hours of being heard, 2.3 days of being said." in words(
        section(facts, "did")
    )
    assert "Half of the help" not in words(section(facts, "did", promptness=None))


def test_a_median_stands_between_its_interval_and_needs_a_value() -> None:
    assert median([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
    assert median([float(at) for at in range(100)]) == (49.5, 39.0, 60.0)  # ranks 40 and 61, as in Conover's tables
    with pytest.raises(ValueError, match="no values"):
        median([])


def test_each_team_sees_where_it_was_heard_what_it_earned_and_what_its_work_changed(facts: ReportFacts) -> None:
    teams = section(facts, "teams")
    first, second = table(teams, "teams-all")
    assert (first["Team"], first["Texts there"], first["Thanks earned"]) == ("Operations", "300", "30")
    assert (second["Team"], second["Answers for"]) == ("Stations 24", "gate 7")
    assert "36 thanks for our teams, most of them for Operations." in words(teams)
    assert "Operations: Thank you call: +13 points stayed." in words(teams)


def test_where_nobody_answers_for_anything_the_report_says_what_to_do(facts: ReportFacts) -> None:
    teams = section(facts, "teams", owners=())
    assert teams.blocks == ()
    assert "name the owners in the journey" in words(teams)


def test_moments_of_truth_say_whether_they_moved(facts: ReportFacts) -> None:
    said = words(section(facts, "said"))
    assert "Punctuality: 87 % of what customers write is negative; worse (+21 points)." in said


def test_what_moved_is_split_into_other_people_and_other_words(facts: ReportFacts) -> None:
    assert (
        "share of negative feedback moved by +6 points: +1 point because other people were heard (by language), "
        "+4 points because people of the same kind said other things."
    ) in words(section(facts, "said"))


def test_who_waits_for_an_answer_and_what_the_advocate_objects_to_is_asked_of_managers(facts: ReportFacts) -> None:
    ask = words(section(facts, "ask"))
    assert "1 objection waits for your answer; 3 people wait too long for an answer" in ask
    assert "Weekend ticket: Of 90 people 9 complained within 7 days." in ask
    assert "too long" not in words(section(facts, "ask", cases=(), objections=()))


def test_what_was_overridden_and_then_harmed_is_told_with_who_and_why(facts: ReportFacts) -> None:
    did = words(section(facts, "did"))
    assert "Of 60 people 12 were called twice. dana overrode it (we promised 24 hours), and it did harm." in did
    assert "overrode" not in words(section(facts, "did", objections=()))


def test_what_does_not_go_out_is_told(facts: ReportFacts) -> None:
    did = words(section(facts, "did"))
    assert "The channel mail 2 rests until 10 March 2026" in did
    assert "Only watched, never sent until somebody launches them: say sorry 2." in did


def test_cases_are_told_by_who_owes_the_answer(facts: ReportFacts) -> None:
    first, second = table(section(facts, "did"), "did-cases")
    assert (first["Owes the answer"], first["Overdue"]) == ("Operations", "3")
    assert first["Answered in time"].startswith("91")
    assert second["Recovered when heard next"] == "\u2013"
