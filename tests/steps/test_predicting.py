"""Predict learns who leaves from outcomes that were heard, never from what came later, and says which model spoke."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from small_project import CONFIG, KEY, UNTIL, write_project

from flywheel.config import load
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.outcome import Learning
from flywheel.steps.predicting import predict
from flywheel.store import migrate
from flywheel.turn import TurnRequest, begin, step_function
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, store_facts

BAD, GOOD = "The train was late again, what a disgrace, I am furious!", "Wonderful staff, thank you."
QUARTERS, PEOPLE = 6, 40


class Begun(NamedTuple):
    """A cycle that has listened and understood."""

    wheel: Flywheel
    cycle: Cycle


def written(folder, *, gone_at_once: bool = False) -> None:
    """Everybody says one thing a quarter; who is furious leaves in the next 60 days, nearly always."""
    chance = np.random.default_rng(11)
    said, left = ["id,who,brand,at,text"], ["id,who,at"]
    for quarter in range(QUARTERS):
        at = UNTIL - timedelta(days=90 * (QUARTERS - quarter) + 10)
        for n in range(PEOPLE):
            who, angry = f"q{quarter}p{n}", bool(chance.random() < 0.5)
            said.append(f'{who},{who},Acme,{at.isoformat()},"{BAD if angry else GOOD}"')
            if chance.random() < (0.8 if angry else 0.1):
                after = at - timedelta(days=5) if gone_at_once else at + timedelta(days=int(chance.integers(15, 60)))
                left.append(f"{who},{who},{after.isoformat()}")
    said.append(f'new,new,Acme,{(UNTIL - timedelta(days=1)).isoformat()},"{BAD}"')
    (folder / "talk.csv").write_text("\n".join(said) + "\n", encoding="utf-8")
    (folder / "back.csv").write_text("\n".join(left) + "\n", encoding="utf-8")


@pytest.fixture
def begin_churn(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return what begins a cycle in a project whose people leave, with all that was said read."""
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.setenv(DATABASE_VARIABLE, database_url)
    opened: list[Flywheel] = []

    def begun(write: Callable[[Path], None], instead: str = "") -> Begun:
        folder = tmp_path / "project"
        config = CONFIG.replace("batch_size: 5", "batch_size: 500")
        config = config.replace("metric: returned, columns", "metric: left, columns")
        config = config.replace("kind: churn_rule", "kind: churn, fewest_left: 30")
        kept = [line for line in config.splitlines() if not instead or not line.startswith(("predictors:", "topics:"))]
        write_project(folder, "\n".join(kept) + "\n" + instead)
        write(folder)
        settings = load(folder / "config")
        migrate(database_url, store_facts(settings, open_vault(folder)))
        request = TurnRequest(config=folder / "config", since=UNTIL - timedelta(days=30), until=UNTIL, as_of=UNTIL)
        cycle = begin(request)
        opened.append(Flywheel.open(folder / "config", lambda: UNTIL))
        for name in ("listen", "understand"):
            step_function(name)(opened[-1], cycle)
        return Begun(opened[-1], cycle)

    yield begun
    for one in opened:
        one.store.close()


@pytest.fixture
def learned(begin_churn):
    walk = begin_churn(written)
    tally: Tally = predict(walk.wheel, walk.cycle)
    return walk, tally


def test_who_leaves_is_learned_from_outcomes_and_the_prediction_says_so(learned):
    walk, tally = learned
    [warning] = tally.warnings
    assert "Who leaves was learned anew" in warning
    with walk.wheel.store.read() as shelves:
        _, models = shelves.views.rows("v_risk_model")
        [model] = models
        names, rows = shelves.views.rows("v_prediction")
        found = [dict(zip(names, row, strict=True)) for row in rows]
    assert model[-1] == 1
    assert {one["model"].partition(".")[0] for one in found} == {"churn-logistic-1"}
    assert all(one["low"] <= one["value"] <= one["high"] for one in found)


def test_it_is_not_learned_again_before_there_is_a_quarter_more(learned):
    walk, _ = learned
    assert predict(walk.wheel, walk.cycle).warnings == ()


def test_nobody_who_had_left_is_learned_from(begin_churn):
    walk = begin_churn(lambda folder: written(folder, gone_at_once=True))
    tally = predict(walk.wheel, walk.cycle)
    assert tally.warnings == ()
    with walk.wheel.store.read() as shelves:
        names, rows = shelves.views.rows("v_prediction")
        assert {dict(zip(names, row, strict=True))["model"] for row in rows} == {"churn-rule-1"}


def test_what_came_later_stands_in_no_ones_past(learned):
    walk, _ = learned
    at: datetime = UNTIL - timedelta(days=90 * 3)
    with walk.wheel.store.read() as shelves:
        model = walk.wheel.settings.analyzer.model_name
        histories, left = shelves.foreseeing.examples("Acme", model, "left", at, timedelta(days=90))
        later, _ = shelves.foreseeing.examples("Acme", model, "left", at - timedelta(days=90), timedelta(days=90))
    assert len(histories) == len(left) == PEOPLE
    assert {one.person_id for one in histories}.isdisjoint(one.person_id for one in later)
    assert 0 < sum(left) < PEOPLE


def test_an_early_warning_is_read_by_the_next_cycle_until_it_is_taken_back(begin_churn):
    topics = "topics:\n  - {topic: delay, touchpoint: journey, words: {en: [late, delay*]}}\n"
    walk = begin_churn(written, "predictors: [{kind: churn_rule}]\n" + topics)

    def foreseen(cycle_id: str, weight: float) -> dict[str, Any]:
        """Return what is foreseen of the one who was late yesterday, once this was learned."""
        learned = Learning(
            id=f"learned by {cycle_id}", cycle_id=cycle_id, subject="warning:delay", statement="", effect=3, low=2,
            high=4.5, n=100, change="", before=0, after=weight,
        )  # fmt: skip
        with walk.wheel.store.write(walk.cycle.fence) as shelves:
            shelves.learning.add([(learned, 0.0)])
        predict(walk.wheel, walk.cycle)
        with walk.wheel.store.read() as shelves:
            names, rows = shelves.views.rows("v_prediction")
            [new] = [dict(zip(names, row, strict=True)) for row in rows]
        return new

    warned, taken_back = foreseen("first", 1.1), foreseen("second", 0.0)
    assert "spoke of delay last, as people who left did (learning warning:delay)" in json.loads(warned["drivers"])
    assert warned["value"] / (1 - warned["value"]) == pytest.approx(3 * taken_back["value"] / (1 - taken_back["value"]))
    assert taken_back["model"] == "churn-rule-1"


LATE, REFUND, SEAT = "The train was late.", "I want a refund.", "About the seat."


def needing(folder: Path) -> None:
    """Of those who were late most ask for a refund next, of the others most speak of seats; one grows unhappier."""
    chance = np.random.default_rng(4)
    said = ["id,who,brand,at,text"]
    for n in range(200):
        first = (LATE, SEAT)[n % 2]
        then = REFUND if chance.random() < (0.8 if first == LATE else 0.1) else SEAT
        for k, text in enumerate((first, then)):
            said.append(f'{n}-{k},n{n},Acme,{(UNTIL - timedelta(days=80 - n / 5 - 20 * k)).isoformat()},"{text}"')
    fall = [GOOD] * 4 + [BAD] * 4
    said += [f'f{k},falls,Acme,{(UNTIL - timedelta(days=170 - 24 * k)).isoformat()},"{fall[k]}"' for k in range(8)]
    (folder / "talk.csv").write_text("\n".join(said) + "\n", encoding="utf-8")


def test_what_comes_next_and_where_a_person_is_heading_are_foreseen(begin_churn):
    more = "  - {topic: refund, words: {en: [refund*]}}\n  - {topic: seats, words: {en: [seat*]}}\n"
    topics = "topics:\n  - {topic: delay, touchpoint: journey, words: {en: [late, delay*]}}\n" + more
    walk = begin_churn(needing, "predictors: [{kind: need}, {kind: trend}]\n" + topics)
    [told] = predict(walk.wheel, walk.cycle).warnings
    with walk.wheel.store.read() as shelves:
        names, rows = shelves.views.rows("v_prediction")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        [person] = {one["person_id"] for one in found if one["kind"] == "trend"}
        behind = shelves.lineage.behind("person", {"id": person})

    assert "What people need next was learned anew from 201 turns" in told  # who falls speaks of delays twice
    need = [one for one in found if one["kind"] == "need"]
    assert {json.loads(one["drivers"])[0] for one in need} >= {"next: refund"}
    assert all(one["low"] <= one["value"] <= one["high"] for one in found)
    [trend] = [one for one in found if one["kind"] == "trend"]
    assert trend["high"] < 0
    assert json.loads(trend["drivers"]) == ["grows unhappier", "8 texts in 168 days"]
    assert "What is foreseen of them" in {one.title for one in behind}
