"""Orient as a step: what it finds stands in the store, on either database, and doing it again changes nothing."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

from small_project import UNTIL

from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.domain.finding import Finding
from flywheel.domain.standing import Measure
from flywheel.steps import orient


def found(walk: Any, cycle: Cycle | None = None) -> list[Finding]:
    with walk.wheel.store.read() as shelves:
        return shelves.findings.of((cycle or walk.cycle).id)


def test_what_is_found_stands_in_the_store_and_twice_is_once(begin_walk: Any) -> None:
    walk = begin_walk("one")
    walk.step("orient")
    first, standings = found(walk), walk.rows("standing")
    kinds = {one.kind for one in first}
    assert kinds >= {"measure", "blind spot"}
    assert "warning" not in kinds  # a first turn brings history
    whole = {one.subject: one for one in first if one.kind == "measure"}
    assert whole["share of negative feedback"].n == 72
    loud = [one for one in first if one.subject == "the loudest 5 %"]
    assert [one.n for one in loud] == [24]
    orient(walk.wheel, walk.cycle)
    assert (found(walk), walk.rows("standing")) == (first, standings)


def test_a_later_turn_says_what_fell_silent(begin_walk: Any) -> None:
    walk = begin_walk("one")
    later = Window(since=UNTIL, until=UNTIL + timedelta(days=7))
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves.cycles.end(walk.cycle, "completed", UNTIL)
    cycle = walk.cycle.model_copy(
        update={"id": cycle_id("cycle", later), "window": later, "as_of": later.until, "period": 2}
    )
    with walk.wheel.store.write(None) as shelves:
        cycle = shelves.cycles.begin(cycle, ("orient",), later.until, "test")
    assert cycle.period == 2
    orient(walk.wheel, cycle)
    silent = [one for one in found(walk, cycle) if one.subject == "medium"]
    assert [one.verdict for one in silent] == ["less"]
    assert silent[0].before == 72


def test_answers_and_figures_of_others_are_read_on_either_database(begin_walk: Any) -> None:
    walk = begin_walk("one")
    told = [
        Measure.model_validate({
            "brand": brand, "voice": "employee", "measure": "pride", "value": value, "n": 200, "sd": 0.5,
            "basis": "survey", "higher_is_better": True, "as_of": UNTIL - timedelta(days=days), "provenance": "Survey",
            "unit": "share",
        })
        for brand, value, days in (("Acme", 0.5, 400), ("Acme", 0.6, 30), ("Peer", 0.4, 30), ("Peer", 0.9, -1))
    ]  # fmt: skip
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        assert shelves.measures.add("staff", told, walk.cycle.id, UNTIL) == (4, 0)
    with walk.wheel.store.read() as shelves:
        latest = {one.brand: one for one in shelves.measures.latest(UNTIL)}
        assert {brand: (one.value, one.source, one.unit) for brand, one in latest.items()} == {
            "Acme": (0.6, "staff", "share"), "Peer": (0.4, "staff", "share"),
        }  # fmt: skip
        answers = shelves.hearing.answers("Acme", "customer", ["nps", "csat"], 0, 100)
        assert answers.values.shape == (0, 2)
        sums = shelves.sums(walk.wheel.settings.analyzer.model_name)
        assert set(sums.last_days(["Acme", "Nobody"])) == {"Acme"}
        assert sums.of_segments("Acme", [1]) == []


def test_a_broken_promise_in_texts_is_counted_at_its_topic_with_the_words_that_say_so(
    begin_walk: Any, tmp_path: Path
) -> None:
    walk = begin_walk("one")
    said = (
        "You promised it would not be late but it was.",
        "It was late, and the staff went above and beyond.",
        "Late.",
    )
    with (tmp_path / "one" / "talk.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            (f"n{at}", said[max(at % 8 - 5, 0)], UNTIL - timedelta(days=1, minutes=at), f"c{at % 24}", "Acme")
            for at in range(80)
        )
    walk.step("listen", "understand", "orient")
    gap = next(one for one in found(walk) if one.kind == "cx gap" and one.subject == "delay")
    assert (gap.basis, gap.part, gap.verdict) == ("text", "topic", "more")
    assert "60 say that less came" in gap.statement
    assert gap.statement.endswith("Promised by somebody unnamed (60).")
    with walk.wheel.store.read() as shelves:
        columns, rows = shelves.views.rows("v_reading")
        read = [dict(zip(columns, row, strict=True)) for row in rows]
    assert set(gap.evidence) <= {one["feedback_id"] for one in read if one["expectation"] == "broken"}
    assert len(gap.evidence) == 3
    shares = {one.subject: one for one in found(walk) if one.kind == "measure"}
    assert shares["share of feedback that tells of being let down"].value is not None
