"""Predict learns who leaves from outcomes that were heard, never from what came later, and says which model spoke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from small_project import CONFIG, KEY, UNTIL, write_project

from flywheel.config import load
from flywheel.domain.cycle import Cycle, Tally
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

    def begun(write: Callable[[Path], None]) -> Begun:
        folder = tmp_path / "project"
        config = CONFIG.replace("batch_size: 5", "batch_size: 500")
        config = config.replace("metric: returned, columns", "metric: left, columns")
        write_project(folder, config.replace("kind: churn_rule", "kind: churn, fewest_left: 30"))
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
