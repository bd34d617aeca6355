"""The outer loop step by step: work without effect is refuted, what is late is escalated, what is locked stays."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_project import KEY
from sqlalchemy import text

from flywheel.config import load
from flywheel.domain.initiative import Initiative, Milestone
from flywheel.store import migrate
from flywheel.store.codec import insert_new
from flywheel.store.tables import CycleRow
from flywheel.turn import TurnRequest, TurnResult, turn_local
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, database_url, store_facts

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = ("late", "crew", "seats", "food", "wifi", "price", "toilets")
CONFIG = """
brand: {name: Acme}
ooda: {escalate_to: Bo Chief, cause_floor: 100, initiative_days: 10, escalate_days: 7, verify_after_days: 14}
journey: [{stage: travel, touchpoints: [{name: journey, owner: Ann Operations, initiative_cost: 500}]}]
topics:
""" + "".join(f"  - {{topic: {word}, touchpoint: journey, words: {{en: [{word}]}}}}\n" for word in WORDS) + """
sources:
  - {id: talk, kind: csv, path: talk.csv, brand: Acme, columns: {text: text, external_id: id, said_at: at}}
analyzer: {kind: fast}
"""  # fmt: skip


class Line:
    """A railway whose customers complain of six things every day; of delays most."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.day, self.said = folder, 0, 0
        (folder / "config").mkdir()
        (folder / "config" / "project.yaml").write_text(CONFIG, encoding="utf-8")
        (folder / "talk.csv").write_text("id,at,text\n", encoding="utf-8")
        migrate(database_url(folder), store_facts(load(folder / "config"), open_vault(folder)))

    def live(self, days: int, **a_day: int) -> None:
        with (self.folder / "talk.csv").open("a", encoding="utf-8", newline="") as file:
            for _ in range(days):
                at = (START + self.day * DAY).isoformat()
                for word in WORDS:
                    for _ in range(a_day.get(word, 4)):
                        self.said += 1
                        csv.writer(file).writerow((self.said, at, f"This is awful, the {word} again, I am so angry."))
                self.day += 1

    def turn(self, flow: str, **asked: Any) -> TurnResult:
        until = START + self.day * DAY
        result = turn_local(TurnRequest(config=self.folder / "config", flow=flow, until=until, **asked))
        assert result.status == "completed"
        return result

    def both(self) -> dict[str, dict[str, int]]:
        self.turn("cycle", steps=("listen", "understand"))
        return {step.step: step.reasons for step in self.turn("ooda").steps}

    def register(self) -> list[Initiative]:
        with Flywheel.open(self.folder / "config") as wheel, wheel.store.read() as shelves:
            return shelves.initiatives.register()

    def say_done(self, one: Initiative) -> None:
        at = START + self.day * DAY
        said = Milestone(id="done", initiative_id=one.id, kind="done", actor="Ann", reason="new timetable", at=at)
        with Flywheel.open(self.folder / "config") as wheel, wheel.store.write(None) as shelves:
            shelves.initiatives.note([said])


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    made = Line(tmp_path)
    made.live(21, late=12)
    return made


def test_work_that_did_not_help_is_refuted_by_the_data_and_the_next_one_expects_less(line):
    assert line.both()["resolve"] == {"initiative": 1, "setting": 1}
    [first] = line.register()
    assert (first.topic, first.owner, first.cost) == ("late", "Ann Operations", 500)
    line.say_done(first)
    line.live(7, late=26)
    assert line.both()["verify"] == {"too early to look": 1}
    line.live(8, late=26)
    assert line.both()["verify"] == {"refuted": 1}
    refuted, second = sorted((one for one in line.register() if one.topic == "late"), key=lambda one: one.opened_at)
    assert refuted.status == "refuted"
    assert refuted.low is not None
    assert refuted.low > -0.1
    assert second.status == "open"
    assert second.expected.words == "0 of 1 earlier initiatives about late were verified"
    assert refuted.id in second.evidence


def test_what_is_overdue_goes_to_a_named_person_once_a_week(line):
    line.both()
    escalated = []
    for days in (9, 2, 1, 7):
        line.day += days
        [handed] = [step for step in line.turn("ooda").steps if step.step == "hand_over"]
        escalated.append(handed.reasons.get("escalated", 0))
    assert escalated == [0, 1, 0, 1]
    [one] = [one for one in line.register() if one.escalations]
    assert (one.status, one.escalations) == ("open", 2)
    note = (line.folder / ".flywheel" / "initiatives" / f"{one.id}.md").read_text(encoding="utf-8")
    assert "Overdue: escalated to Bo Chief, 2 times so far." in note


def test_what_the_configuration_locks_the_outer_loop_does_not_set(line):
    with (line.folder / "config" / "project.yaml").open("a", encoding="utf-8") as file:
        file.write("locked: [focus.topics]\n")
    assert line.both()["resolve"] == {"initiative": 1, "locked": 1}
    with Flywheel.open(line.folder / "config") as wheel, wheel.store.read() as shelves:
        assert shelves.cycles.settings_in_force(START + 99 * DAY) == []


def test_a_shadow_turn_changes_nothing_and_what_a_real_one_sets_is_part_of_the_next_cycles_configuration(line):
    line.turn("cycle", steps=("listen", "understand"))
    steps = {step.step: step for step in line.turn("ooda", shadow=True).steps}
    assert (steps["resolve"].done, steps["resolve"].skipped) == (0, 2)
    assert line.register() == []
    assert not (line.folder / ".flywheel" / "initiatives").exists()
    line.turn("ooda")
    line.day += 7
    line.turn("cycle", steps=("listen",))
    with Flywheel.open(line.folder / "config") as wheel, wheel.store.read() as shelves:
        before, after = sorted(shelves.cycles.history(flow="cycle"), key=lambda one: one.cycle.as_of)
        assert before.cycle.config_hash == wheel.settings.config_hash
    assert after.cycle.config_hash != before.cycle.config_hash


def test_the_fast_lane_turning_all_week_does_not_hide_the_cycles(line):
    line.turn("cycle", steps=("listen", "understand"))
    with Flywheel.open(line.folder / "config") as wheel, wheel.store.write(None) as shelves:
        [row] = shelves._connection.execute(text("SELECT * FROM cycle")).mappings()
        lane = dict(row) | {"flow": "triage", "status": "completed"}
        later = [lane | {"id": f"t{at}", "started_at": f"2027-01-01T00:00:{at:02}.000000Z"} for at in range(60)]
        insert_new(shelves._connection, CycleRow, later)
    assert {step.step: step.done for step in line.turn("ooda").steps}["observe"] == 1
