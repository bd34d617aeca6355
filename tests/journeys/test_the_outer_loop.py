"""The outer loop in a town: a cause gets an owner, is mended, and the data say so; a rival moves, and it is noticed."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from homes import Homes

from flywheel.assets import folder
from flywheel.cli.app import main
from flywheel.town import Plan, build, live

MONDAY = datetime(2026, 1, 26, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 1, 27, tzinfo=UTC)
NEXT = datetime(2026, 2, 5, 12, tzinfo=UTC)
SEED = 4
PLAN = Plan(
    customers=600, rival_customers=600, said_a_week=250, rivals_say_a_week=500, storm=(1.0,) * 22, move_day=21,
    moved_price_quality=0.95, mended={"delay": 0.92}, mended_day=22,
)  # fmt: skip
"""Signals fail for three weeks. From Tuesday on the trains run on time; on Monday a rival cuts its prices."""

UNSENT = ("listen", "understand", "predict", "orient", "decide", "learn", "report")
"""The cycles send nothing: that is another story, and half the time."""


class Told:
    """A town with two turns of the outer loop behind it."""

    def __init__(self, homes: Homes, project: Path) -> None:
        self.homes, self.project = homes, project

    def rows(self, view: str) -> list[dict]:
        return self.homes.rows(self.project, view)

    def of(self, view: str, cycle: dict) -> list[dict]:
        return [row for row in self.rows(view) if row["cycle_id"] == cycle["id"]]

    def turns(self, flow: str) -> list[dict]:
        return sorted((row for row in self.rows("v_cycle") if row["flow"] == flow), key=lambda row: row["until"])

    def command(self, *words: str) -> int:
        with self.homes.at(self.project):
            return main([*words, "--config", str(self.project / "config"), "--json"])

    def turn(self, flow: str, at: datetime, **asked) -> None:
        live(self.project, at)
        assert self.homes.turn(self.project, flow, at, **asked).status == "completed"


def begun(homes: Homes, project: Path) -> Told:
    """Return a town after its first cycle and the first turn of the outer loop."""
    shutil.copytree(folder("config"), project / "config")
    build(project, SEED, PLAN)
    town = Told(homes, homes.ready(project))
    town.turn("cycle", MONDAY, steps=UNSENT)
    town.turn("ooda", MONDAY)
    return town


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Told:
    return begun(Homes(), tmp_path_factory.mktemp("loop") / "town")


@pytest.fixture(scope="module")
def second(first, tmp_path_factory) -> Told:
    """Return the same town after the work was said to be done, the second cycle and the second turn."""
    town = Told(first.homes, first.homes.copy(first.project, tmp_path_factory.mktemp("loop") / "later"))
    [delay] = [row for row in town.rows("v_initiative") if row["topic"] == "delay"]
    said = ("--by", "Head of Operations", "--reason", "new timetable", "--on", TUESDAY.isoformat())
    assert town.command("initiatives", "close", delay["id"][:12], *said) == 0
    town.turn("cycle", NEXT, steps=UNSENT)
    town.turn("ooda", NEXT)
    return town


def test_a_standing_opens_an_initiative_and_it_gets_the_owner_of_its_touchpoint(first):
    [turn] = first.turns("ooda")
    behind = {row["id"]: row for row in first.of("v_standing", turn) if row["verdict"] == "behind"}
    [delay] = [row for row in first.rows("v_initiative") if row["topic"] == "delay"]
    assert delay["owner"] == "Head of Operations"
    assert set(json.loads(delay["evidence"])) & set(behind)
    assert "of our texts complain of it" in delay["cause"]
    note = (first.project / ".flywheel" / "initiatives" / f"{delay['id']}.md").read_text(encoding="utf-8")
    assert "no past to learn from" in note
    assert "What would change our mind" in note


def test_the_loop_saw_what_the_wheel_did_and_how_mature_it_is(first):
    [turn] = first.turns("ooda")
    [seen] = first.of("v_observation", turn)
    ours = [row for row in first.rows("v_feedback") if row["brand"] == "Lumen Rail"]
    assert seen["said"] + seen["said_by_staff"] == len(ours)
    assert seen["decided"] == sum(row["status"] == "decided" for row in first.rows("v_decision"))
    assert sum(json.loads(seen["undone"]).values()) > 0
    told = {row["part"]: row for row in first.of("v_maturity", turn)}
    assert told["technology"]["words"] == "1 team, from 2 to 2; not Operations"


def test_a_setting_changes_decisions_of_the_next_cycle_under_the_same_seed(first, second, tmp_path):
    twin = Told(first.homes, first.homes.copy(first.project, tmp_path / "twin"))
    assert twin.homes.execute(twin.project, "DELETE FROM setting") > 0
    twin.turn("cycle", NEXT, steps=("listen", "understand", "predict", "decide"))
    _, cycle = second.turns("cycle")
    chosen = {row["occasion"]: row for row in second.of("v_decision", cycle)}
    without = {row["occasion"]: row for row in twin.of("v_decision", twin.turns("cycle")[1])}
    settings = {row["id"] for row in second.rows("v_setting")}
    differ = [one for one in chosen.keys() & without.keys() if chosen[one]["play"] != without[one]["play"]]
    assert differ
    assert all(settings & set(json.loads(chosen[one]["changed_by"])) for one in differ)
    assert cycle["config_hash"] != twin.turns("cycle")[1]["config_hash"]
    report = max((second.project / ".flywheel" / "reports").glob("*/report.md"))
    assert "Settings from the outer loop (OODA)" in report.read_text(encoding="utf-8")


def test_the_work_is_verified_by_what_people_say_beside_untouched_topics(second):
    [delay] = [row for row in second.rows("v_initiative") if row["topic"] == "delay"]
    assert delay["status"] == "verified"
    assert delay["low"] < delay["effect"] < delay["high"] < 0
    told = [row for row in second.rows("v_milestone") if row["initiative_id"] == delay["id"]]
    assert [(row["kind"], row["actor"]) for row in told] == [("done", "Head of Operations"), ("verified", "ooda")]
    assert "unhappy mentions in the 56 days before" in told[1]["reason"]


def test_an_initiative_is_explained_by_the_standing_and_the_voices_behind_it(second):
    [delay] = [row for row in second.rows("v_initiative") if row["topic"] == "delay"]
    told = second.homes.explain(second.project, delay["id"][:12])
    assert {"standing", "finding", "feedback", "cycle"} <= {link.kind for link in told.links}
    [happened] = [rows for rows in told.behind if rows.title == "What happened to it"]
    assert [row[1] for row in happened.rows if row[1] == "verified"] == ["verified"]
    standing = next(link for link in told.links if link.kind == "standing")
    rests = second.homes.explain(second.project, standing.id).behind
    assert delay["id"] in {row[0] for rows in rests for row in rows.rows if rows.title == "Initiatives that rest on it"}
    changed = next(row for row in second.rows("v_setting") if row["name"] == "focus.topics")
    used = second.homes.explain(second.project, changed["id"])
    assert "Decisions that came out differently because of it" in {rows.title for rows in used.behind}
    assert delay["id"] in {link.id for link in used.links}


def test_a_rivals_move_is_noticed(second):
    _, turn = second.turns("ooda")
    told = [
        row for row in second.of("v_finding", turn)
        if row["kind"] == "move" and row["brand"] == "Tern Rail" and row["subject"] == "price"
    ]  # fmt: skip
    assert [row["verdict"] for row in told] == ["less"]


def test_turned_twice_nothing_doubles(second, tmp_path):
    again = Told(second.homes, second.homes.copy(second.project, tmp_path / "again"))
    views = ("v_initiative", "v_milestone", "v_setting", "v_observation", "v_maturity", "v_standing", "v_finding")
    before = {view: sorted(map(str, again.rows(view))) for view in views}
    again.turn("ooda", NEXT, since=MONDAY)
    assert {view: sorted(map(str, again.rows(view))) for view in views} == before
