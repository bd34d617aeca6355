"""Who may leave: employees by team only, what each figure rests on, and which model spoke."""

from __future__ import annotations

import pytest

from flywheel.domain.summary import TeamLeavers
from flywheel.report.build import build_report
from flywheel.report.cycle_report import Figure


def leave(facts, **changes):
    [section] = [one for one in build_report(facts.model_copy(update=changes)).sections if one.id == "leave"]
    return section


def test_employees_are_told_of_by_team_with_what_one_is_worth(facts) -> None:
    section = leave(
        facts, teams=(TeamLeavers(team="Onboard", n=40, left=8, value=1000.0), TeamLeavers(team="IT", n=12, left=0))
    )
    [table] = [block for block in section.blocks if getattr(block, "id", "") == "leave-teams"]
    team, n, share, worth = table.rows[0]
    assert (team, n.value, share.value) == ("Onboard", 40, 0.2)
    assert share.low < 0.2 < share.high
    assert isinstance(worth, Figure)
    assert worth.value == pytest.approx(1000 * 0.8 / (1.1 - 0.8))
    assert worth.low < worth.value < worth.high
    assert table.rows[1][3] == "unknown"


def test_people_are_assets_with_what_of_their_worth_is_at_risk(facts) -> None:
    [table] = [block for block in leave(facts).blocks if getattr(block, "id", "") == "leave-assets"]
    customers, employees = table.rows
    assert [(one.value, one.low, one.high) for one in customers[2:]] == [
        (350_236, 300_000, 410_000), (46_431, 15_458, 127_039),
    ]  # fmt: skip
    _, people, worth, risk = employees
    assert (people.value, worth.value, risk.value) == pytest.approx((40, 40 * 8_000 / 3, 8 * 8_000 / 3))
    assert worth.low < worth.value < worth.high
    assert risk.low < risk.value < risk.high


def test_of_too_few_people_no_worth_is_told(facts) -> None:
    few = facts.worth.model_copy(update={"n": 9})
    assert not [one for one in leave(facts, worth=few, teams=()).blocks if getattr(one, "id", "") == "leave-assets"]


def test_it_is_said_whether_a_rule_spoke_or_what_was_learned(facts) -> None:
    def words(model: str) -> str:
        risk = facts.risks[0].model_copy(update={"model": model})
        return "".join(part for part in leave(facts, risks=(risk,)).finding if isinstance(part, str))

    assert "a stated rule (churn-rule-1)" in words("churn-rule-1")
    assert "learned from who left before" in words("churn-logistic-1.abc")


def test_where_nobody_was_foreseen_it_says_so(facts) -> None:
    assert "Nobody's risk" in "".join(map(str, leave(facts, risks=(), teams=()).finding))
