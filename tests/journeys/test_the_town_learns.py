"""A town of people: what the first cycle learns changes what the second decides; told twice, nothing doubles."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flywheel.assets import folder
from flywheel.town import build, live
from flywheel.turn import TurnRequest, TurnResult, turn_local

THURSDAY = datetime(2026, 1, 8, 12, tzinfo=UTC)
MONDAY = datetime(2026, 1, 12, 9, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
SEED = 1
CLOCKS = {"started_at", "ended_at", "at"}


def turn(project: Path, flow: str, until: datetime, **asked) -> TurnResult:
    return turn_local(TurnRequest(config=project / "config", flow=flow, until=until, **asked))


def first_week(project: Path) -> None:
    shutil.copytree(folder("config"), project / "config")
    build(project, SEED)


def turn_first_week(project: Path) -> TurnResult:
    live(project, THURSDAY)
    turn(project, "triage", THURSDAY)
    live(project, MONDAY)
    result = turn(project, "cycle", MONDAY)
    turn(project, "ooda", MONDAY)
    live(project, NEXT_MONDAY)
    return result


@pytest.fixture(scope="module")
def lived(tmp_path_factory, ready) -> Path:
    """Return a town after its first cycle and its first OODA turn; the second week has been lived."""
    project = tmp_path_factory.mktemp("lived")
    first_week(project)
    ready(project)
    turn_first_week(project)
    return project


@pytest.fixture
def town(tmp_path, lived) -> Path:
    return shutil.copytree(lived, tmp_path / "town")


def test_a_learning_of_the_first_cycle_changes_decisions_of_the_second(town, rows, tmp_path_factory):
    twin = tmp_path_factory.mktemp("twin") / "town"
    shutil.copytree(town, twin)
    with sqlite3.connect(twin / ".flywheel" / "flywheel.db") as connection:
        forgotten = connection.execute("DELETE FROM learning").rowcount
    connection.close()
    assert forgotten > 0

    learned = turn(town, "cycle", NEXT_MONDAY)
    unlearned = turn(twin, "cycle", NEXT_MONDAY)

    first, second = (cycle["id"] for cycle in rows(town, "v_cycle") if cycle["flow"] == "cycle")
    choice = {row["occasion"]: row for row in rows(town, "v_decision") if row["cycle_id"] == second}
    other = {row["occasion"]: row for row in rows(twin, "v_decision") if row["cycle_id"] == second}
    differ = [one for one in choice if one in other and choice[one]["play"] != other[one]["play"]]
    assert differ, "with and without the learning, the same people under the same seed get the same"

    used = [row for row in rows(town, "v_learning") if row["cycle_id"] == first and row["used_by_cycle"] == second]
    assert used
    ids = {row["id"] for row in used}
    for occasion in differ:
        assert ids & set(json.loads(choice[occasion]["changed_by"]))
        assert any(one in choice[occasion]["reasons"] for one in ids)

    first_report = (reports(town) / "report.md").read_text(encoding="utf-8")
    second_report = Path(learned.report).with_name("report.md").read_text(encoding="utf-8")
    for row in used:
        assert row["change"].split(" ", 1)[1] in first_report
    assert "the wheel turned" in second_report
    assert "the wheel turned" not in Path(unlearned.report).with_name("report.md").read_text(encoding="utf-8")


def test_ooda_opens_an_initiative_and_its_setting_is_used_by_the_next_cycle(town, rows):
    [initiative] = rows(town, "v_initiative")
    assert initiative["owner"] != "CX team"
    [setting] = rows(town, "v_setting")
    assert setting["name"] == "focus.topics"
    turn(town, "cycle", NEXT_MONDAY)
    second = rows(town, "v_cycle")[-1]["id"]
    users = [row for row in rows(town, "v_decision") if row["cycle_id"] == second and setting["id"] in row["settings"]]
    assert users
    assert all("lever 1.5" in row["reasons"] for row in users)


def test_told_twice_nothing_doubles(town, rows):
    turn(town, "cycle", NEXT_MONDAY)
    views = (
        "v_feedback",
        "v_reading",
        "v_decision",
        "v_delivery",
        "v_outcome",
        "v_person",
        "v_learning",
        "v_initiative",
    )
    before = {view: rows(town, view) for view in views}
    messages = sorted((town / "outbox").iterdir())
    again = turn(town, "cycle", NEXT_MONDAY)
    assert again.status == "completed"
    assert {view: rows(town, view) for view in views} == before
    assert sorted((town / "outbox").iterdir()) == messages


def test_nobody_is_written_to_who_was_held_out_or_did_not_consent(town, rows):
    turn(town, "cycle", NEXT_MONDAY)
    decisions = {row["id"]: row for row in rows(town, "v_decision")}
    deliveries = rows(town, "v_delivery")
    assert deliveries
    assert {decisions[row["decision_id"]]["status"] for row in deliveries} == {"decided"}
    assert {row["tier"] for row in decisions.values() if row["arm"] == "holdout"} & {"safety", "complaint"} == set()
    assert all(0 < row["propensity"] <= 1 for row in decisions.values())
    ours = {row["id"] for row in rows(town, "v_person")}
    assert {row["person_id"] for row in decisions.values()} <= ours


def test_a_shadow_cycle_decides_and_sends_nothing(tmp_path, ready, rows):
    first_week(tmp_path)
    ready(tmp_path)
    live(tmp_path, MONDAY)
    result = turn(tmp_path, "cycle", MONDAY, shadow=True)
    assert result.mode == "shadow"
    assert {row["status"] for row in rows(tmp_path, "v_delivery")} == {"shadow"}
    assert not (tmp_path / "outbox").exists()
    turn(tmp_path, "cycle", NEXT_MONDAY.replace(day=13))
    assert "sent" in {row["status"] for row in rows(tmp_path, "v_delivery")}


def test_two_fresh_towns_give_equal_views_and_equal_reports(tmp_path, lived, ready, rows):
    first_week(tmp_path)
    ready(tmp_path)
    turn_first_week(tmp_path)
    found = []
    for project in (lived, tmp_path):
        views = {
            view: without_clocks(rows(project, view)) for view in ("v_feedback", "v_decision", "v_delivery", "v_lift")
        }
        found.append((views, (reports(project) / "report.json").read_bytes()))
    assert found[0][0] == found[1][0]
    assert found[0][1] == found[1][1]


def reports(project: Path) -> Path:
    return min((project / ".flywheel" / "reports").iterdir())


def without_clocks(found: list[dict]) -> list[dict]:
    whole = [{name: value for name, value in row.items() if name not in CLOCKS} for row in found]
    return sorted(whole, key=lambda row: str(row["id"]))
