"""The advocate in a turn: what followed plays is counted by arm, and an objection holds a play until it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from small_project import UNTIL
from sqlalchemy import text

from flywheel.decide.advocate import objections
from flywheel.domain.objecting import Change, Finding, ObjectionWord

FOUND = Finding(
    question="whose effort rises", subject="those who got it", says="more effort", value=0.1, low=0.02, high=0.2, n=900,
    objects=True,
)  # fmt: skip


def decided(walk: Any) -> list[dict[str, Any]]:
    with walk.wheel.store.read() as shelves:
        columns, rows = shelves.views.rows("v_decision")
        return [dict(zip(columns, row, strict=True)) for row in rows]


def test_an_objection_holds_a_play_until_somebody_answers_it(begin_walk: Any) -> None:
    walk = begin_walk("challenged")
    walk.step("predict")
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves.objections.add(objections("play:guide", [FOUND], [], "before", UNTIL - timedelta(days=9)))
    walk.step("decide")
    theirs = [one for one in decided(walk) if one["play"] == "guide" and one["status"] not in ("blocked", "held out")]
    assert {(one["status"], one["approvals"]) for one in theirs} == {("waiting", 1)}
    assert "waiting" not in {one["status"] for one in decided(walk) if one["play"] != "guide"}
    with walk.wheel.store.read() as shelves:
        [tally] = [one for one in shelves.cycles.steps(walk.cycle.id) if one.step == "decide"]
    assert tally.warnings == ("guide: the advocate objects: more effort.",)


def test_an_override_that_later_harms_is_listed_under_its_name(begin_walk: Any) -> None:
    walk = begin_walk("overridden")
    lift = {"id": "x", "cycle_id": walk.cycle.id, "play": "ease", "verdict": "harms", "n_treated": 1, "n_control": 1}
    lift |= dict.fromkeys(("variant", "segment", "metric", "reason", "kind"), "")
    lift |= dict.fromkeys(("treated", "control", "effect", "low", "high", "anytime_low", "anytime_high"), 0.0)
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves.objections.add(objections("play:ease", [FOUND], [], "before", UNTIL - timedelta(days=9)))
        [one] = shelves.objections.register("open")
        word = ObjectionWord(id="w", objection_id=one.id, kind="overridden", actor="Ada", reason="r",
                             at=UNTIL - timedelta(days=1))  # fmt: skip
        shelves.objections.note(word)
        assert (shelves.objections.register("open"), shelves.objections.overrides_that_harmed()) == ([], [])
        made = f"INSERT INTO lift ({', '.join(lift)}) VALUES ({', '.join(f':{name}' for name in lift)})"
        shelves._connection.execute(text(made), lift)
        [harmed] = shelves.objections.overrides_that_harmed()
        assert (harmed.actor, harmed.harmed) == ("Ada", True)
        assert shelves.objections.find(one.id[:8]) == [harmed]


def test_what_followed_and_who_speaks_of_what_is_counted_by_people(begin_walk: Any) -> None:
    walk = begin_walk("counted")
    walk.step("predict", "decide")
    model = walk.wheel.settings.analyzer.model_name
    with walk.wheel.store.read() as shelves:
        after = shelves.objections.afterwards(model, "left", UNTIL - timedelta(days=90), UNTIL)
        arms = {(one["play"], one["arm"]) for one in decided(walk) if one["status"] in ("decided", "held out")}
        assert {(one.play, one.arm) for one in after} == {one for one in arms if one[1] in ("default", "holdout")}
        change = Change(name="c", kind="process", what="w", topics=("delay",))
        spoken = shelves.objections.spoken(change, model, "Acme", UNTIL - timedelta(days=90))
        people = {one[0] for one in shelves._connection.execute(text("""
            SELECT DISTINCT f.person_id FROM feedback f JOIN mention m ON m.feedback_seq = f.seq
            WHERE m.topic = 'delay'"""))}  # fmt: skip
    assert sum(one.n for one in spoken if one.touched) == len(people) > 0
    assert all(one.unhappy <= one.n and one.broken <= one.n for one in spoken)
