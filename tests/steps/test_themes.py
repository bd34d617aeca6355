"""The step that finds themes: kept from period to period in the store, told in the report, the same when done again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from small_project import CONFIG, KEY, UNTIL, write_project

from flywheel.config import load
from flywheel.domain.theme import Theme
from flywheel.report.build import build_report
from flywheel.report.themes import theme_blocks
from flywheel.report.view import View
from flywheel.steps.gathering import gather
from flywheel.steps.theming import themes
from flywheel.store import migrate
from flywheel.turn import TurnRequest, begin, step_function, turn_local
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, store_facts

ABOUT = {
    "wifi": "wifi network login password router streaming",
    "food": "breakfast coffee sandwich vegetarian tray portion",
    "seat": "legroom recline window aisle narrow cramped",
}
STEPS = ("listen", "understand", "themes", "report")


def heard(folder: Path, week: int, subjects: tuple[str, ...]) -> None:
    """Add a week of texts to the file, 50 on each subject, and as many about the rival."""
    chance, at = np.random.default_rng(week), UNTIL + timedelta(days=7 * week - 1)
    rows = []
    for n in range(50):
        for subject in subjects:
            words = " and the ".join(chance.choice(ABOUT[subject].split(), 4, replace=False).tolist())
            rows.append(f"{week}-{subject}-{n},{at.isoformat()},p{n % 6},Acme,On the Acme train the {words} was mine")
        rows.append(f"{week}-rival-{n},{at.isoformat()},,Rival,The Rival bus was late by {n} minutes")
    with (folder / "talk.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")


def asked(folder: Path, week: int) -> TurnRequest:
    until = UNTIL + timedelta(days=7 * week)
    return TurnRequest(config=folder / "config", since=until - timedelta(days=7), until=until, as_of=until)


@pytest.fixture
def project(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.setenv(DATABASE_VARIABLE, database_url)
    folder = tmp_path / "project"
    config = CONFIG.replace("batch_size: 5", "batch_size: 500") + f"steps: {{cycle: [{', '.join(STEPS)}]}}\n"
    write_project(folder, config)
    (folder / "talk.csv").write_text("id,at,who,brand,text\n")
    settings = load(folder / "config")
    migrate(database_url, store_facts(settings, open_vault(folder)))
    return folder


def of_week(folder: Path, cycle_id: str) -> dict[str, list[Theme]]:
    """Return the themes of a cycle by the subject of their heaviest word."""
    with Flywheel.open(folder / "config") as wheel, wheel.store.read() as shelves:
        stored = shelves.themes.of(cycle_id)
    found: dict[str, list[Theme]] = {}
    for theme in stored:
        top = next(iter(theme.words))
        found.setdefault(next(name for name, words in ABOUT.items() if top in words.split()), []).append(theme)
    return found


def test_themes_keep_their_ids_from_cycle_to_cycle_and_the_report_tells_what_is_new_and_gone(project: Path) -> None:
    heard(project, 0, ("wifi", "food"))
    first = turn_local(asked(project, 0))
    heard(project, 1, ("wifi", "seat"))
    second = turn_local(asked(project, 1))

    before, after = of_week(project, first.cycle_id), of_week(project, second.cycle_id)
    assert {(one.state, one.brand) for some in before.values() for one in some} == {("new", "Acme")}
    kept = {one.id for one in after["wifi"] if one.state == "same"}
    assert kept
    assert kept <= {one.id for one in before["wifi"]}
    assert {one.state for one in after["seat"]} <= {"new", "split"}
    assert {one.state for one in after["food"]} == {"gone"}
    with Flywheel.open(project / "config") as wheel, wheel.store.read() as shelves:
        facts = gather(wheel.settings, shelves.cycles.find(second.cycle_id).cycle, shelves)
    table, gone = theme_blocks(View.of(facts))
    assert {"new", "there before"} <= {row[2] for row in table.rows}
    assert all("was mine" in row[3].text for row in table.rows)
    assert "coffee" in str(gone) or "breakfast" in str(gone)
    assert build_report(facts).model_dump_json().count("said-themes-customer") == 1


def test_finding_them_again_changes_nothing(project: Path) -> None:
    heard(project, 0, ("wifi", "food"))
    cycle = begin(asked(project, 0))
    with Flywheel.open(project / "config", lambda: UNTIL) as wheel:
        for name in ("listen", "understand"):
            step_function(name)(wheel, cycle)
        first = themes(wheel, cycle)
        stored = of_week(project, cycle.id)
        second = themes(wheel, cycle)

    assert first == second
    assert first.done > 1
    assert of_week(project, cycle.id) == stored
