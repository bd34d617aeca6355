"""A town of people: what the first cycle learns changes what the second decides; told twice, nothing doubles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from homes import Homes

from flywheel.assets import folder
from flywheel.domain.explanation import Explanation
from flywheel.errors import ConfigError
from flywheel.report.cycle_report import CycleReport, Words, figures, sources
from flywheel.store.views import VIEWS
from flywheel.town import build, live
from flywheel.turn import TurnResult

THURSDAY = datetime(2026, 1, 8, 12, tzinfo=UTC)
MONDAY = datetime(2026, 1, 12, 9, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
SEED = 1
CLOCKS = {"started_at", "ended_at", "at"}
TRAILS = {"v_audit"}


@dataclass(frozen=True)
class Town:
    """A town, and where its store lives."""

    homes: Homes
    project: Path

    def turn(self, flow: str, until: datetime, **asked) -> TurnResult:
        return self.homes.turn(self.project, flow, until, **asked)

    def rows(self, view: str) -> list[dict]:
        return self.homes.rows(self.project, view)

    def explain(self, start: str) -> Explanation:
        return self.homes.explain(self.project, start)

    def copy(self, target: Path) -> Town:
        return Town(self.homes, self.homes.copy(self.project, target))

    @property
    def first_report(self) -> Path:
        return min((self.project / ".flywheel" / "reports").glob("*/report.md")).parent


def new_town(homes: Homes, project: Path) -> Town:
    shutil.copytree(folder("config"), project / "config")
    build(project, SEED)
    return Town(homes, homes.ready(project))


Lived = Callable[[str], Town]


@pytest.fixture(scope="module")
def lived(tmp_path_factory, postgres) -> Lived:
    """Return what gives a town after its first cycle and first OODA turn, with the second week lived, on a database."""

    @cache
    def live_on(kind: str) -> Town:
        town = new_town(Homes(postgres if kind == "postgresql" else None), tmp_path_factory.mktemp(kind) / "lived")
        live(town.project, THURSDAY)
        town.turn("triage", THURSDAY)
        live(town.project, MONDAY)
        town.turn("cycle", MONDAY)
        town.turn("ooda", MONDAY)
        live(town.project, NEXT_MONDAY)
        return town

    return live_on


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def learned(tmp_path_factory, lived, kind) -> Town:
    """Return a town after its second cycle: to look at, not to turn."""
    town = lived(kind).copy(tmp_path_factory.mktemp(kind) / "learned")
    assert town.turn("cycle", NEXT_MONDAY).status == "completed"
    return town


def test_a_learning_of_the_first_cycle_changes_decisions_of_the_second(learned, lived, kind, tmp_path):
    twin = lived(kind).copy(tmp_path / "twin")
    assert twin.homes.execute(twin.project, "DELETE FROM learning") > 0
    assert twin.homes.execute(twin.project, "DELETE FROM effect_sum") > 0
    twin.turn("cycle", NEXT_MONDAY)

    first, second = (cycle["id"] for cycle in learned.rows("v_cycle") if cycle["flow"] == "cycle")
    choice = {row["occasion"]: row for row in learned.rows("v_decision") if row["cycle_id"] == second}
    other = {row["occasion"]: row for row in twin.rows("v_decision") if row["cycle_id"] == second}
    differ = [one for one in choice if one in other and choice[one]["play"] != other[one]["play"]]
    assert differ, "with and without the learning, the same people under the same seed get the same"

    used = [row for row in learned.rows("v_learning") if row["cycle_id"] == first and row["used_by_cycle"] == second]
    assert used
    ids = {row["id"] for row in used}
    for occasion in differ:
        assert ids & set(json.loads(choice[occasion]["changed_by"]))
        assert any(one in choice[occasion]["reasons"] for one in ids)

    first_report = (learned.first_report / "report.md").read_text(encoding="utf-8")
    second_report = (last_report(learned) / "report.md").read_text(encoding="utf-8")
    for row in used:
        assert row["change"].split(" ", 1)[1] in first_report
    assert "The wheel turned: " in second_report
    settings = {row["id"] for row in twin.rows("v_setting")}
    changed = [json.loads(row["changed_by"]) for row in other.values()]
    assert {one for by in changed for one in by} <= settings  # nothing was learned; what OODA set may still move


def test_ooda_opens_an_initiative_and_its_setting_is_used_by_the_next_cycle(learned):
    initiatives = learned.rows("v_initiative")
    assert initiatives
    assert "CX team" not in {row["owner"] for row in initiatives}
    [setting] = [row for row in learned.rows("v_setting") if row["name"] == "focus.topics"]
    second = learned.rows("v_cycle")[-1]["id"]
    decisions = learned.rows("v_decision")
    users = [row for row in decisions if row["cycle_id"] == second and setting["id"] in row["settings"]]
    assert users
    assert all("lever 1.5" in row["reasons"] for row in users)


def test_a_decision_is_followed_back_to_what_happened_to_the_people_of_the_first_cycle(learned):
    second = learned.rows("v_cycle")[-1]["id"]
    changed = next(row for row in learned.rows("v_decision") if row["cycle_id"] == second and row["changed_by"] != "[]")

    decision = learned.explain(changed["id"])
    learning = learned.explain(next(one.id for one in decision.links if one.kind == "learning"))
    [lift_id] = [row[0] for rows in learning.behind if rows.title == "The experiment behind it" for row in rows.rows]
    lift = learned.explain(lift_id)
    [treated, control] = lift.behind
    facts = {one.name: one.value for one in lift.facts}
    assert treated.of == round(facts["treated"] * facts["n_treated"])
    assert control.of == round(facts["control"] * facts["n_control"])
    outcome = learned.explain(str(treated.rows[0][0]))
    assert "returned" in outcome.says
    assert any(facts["play"] in row for rows in outcome.behind for row in rows.rows)
    assert learned.explain(learning.id[:12]) == learning


def test_a_figure_of_the_report_is_followed_to_the_standing_behind_it(learned):
    report = CycleReport.model_validate_json((last_report(learned) / "report.json").read_bytes())
    gap = next(one for one in figures(report) if one.inputs and one.inputs[0].startswith("standing "))
    explained = learned.explain(gap.id)
    assert explained.formula == gap.formula
    [standing] = explained.links
    assert learned.explain(standing.id).kind == "standing"
    with pytest.raises(ConfigError, match="begins with 'abcdef'"):
        learned.explain("abcdef")


def test_what_the_report_cites_and_a_figure_of_each_section_are_explained(learned):
    report = CycleReport.model_validate_json((last_report(learned) / "report.json").read_bytes())
    cited = {one.kind: one for one in sources(report) if isinstance(one, Words)}
    assert {"finding", "lift", "standing", "initiative", "cycle"} <= set(cited)
    for kind, one in cited.items():
        assert learned.explain(str(one.id)[:12]).kind == kind
    for section in report.sections:
        alone = report.model_copy(update={"sections": (section,), "glance": (), "headline": (), "turn": ()})
        for figure in figures(alone)[:1]:
            assert learned.explain(figure.id[:12]).says.startswith(figure.label)


def test_nobody_is_written_to_who_was_held_out_or_did_not_consent(learned):
    decisions = {row["id"]: row for row in learned.rows("v_decision")}
    sent = [row for row in learned.rows("v_delivery") if row["sent_at"]]
    assert sent
    assert {decisions[row["decision_id"]]["status"] for row in sent} == {"decided"}
    assert {row["tier"] for row in decisions.values() if row["arm"] == "holdout"} & {"safety", "complaint"} == set()
    assert all(0 < row["propensity"] <= 1 for row in decisions.values())
    ours = {row["id"] for row in learned.rows("v_person")}
    assert {row["person_id"] for row in decisions.values()} <= ours


def test_told_twice_nothing_doubles(learned, tmp_path):
    town = learned.copy(tmp_path / "town")
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
    before = {view: town.rows(view) for view in views}
    messages = sorted(path.name for path in (town.project / "outbox").iterdir())
    again = town.turn("cycle", NEXT_MONDAY)
    assert again.status == "completed"
    assert {view: sorted_rows(town.rows(view)) for view in views} == {
        view: sorted_rows(rows) for view, rows in before.items()
    }
    assert sorted(path.name for path in (town.project / "outbox").iterdir()) == messages


def test_a_shadow_cycle_decides_and_sends_nothing(tmp_path):
    town = new_town(Homes(), tmp_path / "town")
    live(town.project, MONDAY)
    result = town.turn("cycle", MONDAY, shadow=True)
    assert result.mode == "shadow"
    assert {row["status"] for row in town.rows("v_delivery")} == {"shadow"}
    assert not (town.project / "outbox").exists()
    town.turn("cycle", NEXT_MONDAY.replace(day=13))
    assert "sent" in {row["status"] for row in town.rows("v_delivery")}


def test_two_fresh_towns_on_two_databases_give_equal_views_and_equal_reports(lived):
    one, other = lived("sqlite"), lived("postgresql")
    for view in VIEWS:
        if view not in TRAILS:
            assert without_clocks(one.rows(view)) == without_clocks(other.rows(view)), view
    for name in ("report.json", "report.md", "report.html"):
        assert (one.first_report / name).read_bytes() == (other.first_report / name).read_bytes(), name


def last_report(town: Town) -> Path:
    return max((town.project / ".flywheel" / "reports").glob("*/report.md")).parent


def without_clocks(found: list[dict]) -> list[dict]:
    return sorted_rows([{name: value for name, value in row.items() if name not in CLOCKS} for row in found])


def sorted_rows(found: list[dict]) -> list[dict]:
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))
