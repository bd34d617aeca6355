"""A restored copy does not send what the original sent: before the backup, after it, or perhaps."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from small_project import KEY, UNTIL, request, write_project
from sweep import turn

from flywheel.config import load
from flywheel.store import Store, migrate
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restoring, restore
from flywheel.turn import TurnRequest, turn_local
from flywheel.vault import open_vault
from flywheel.wheel import DATABASE_VARIABLE, store_facts

DAY = timedelta(days=1)
FIRST_STEPS = ("listen", "understand", "predict", "orient", "decide")


@pytest.fixture
def original(monkeypatch, tmp_path: Path, database_url: str) -> Path:
    """Return a project that has decided, and has not acted yet."""
    monkeypatch.setenv("FLYWHEEL_KEY", KEY)
    monkeypatch.setenv(DATABASE_VARIABLE, database_url)
    project = tmp_path / "original"
    write_project(project)
    migrate(database_url, facts(project))
    decided = turn_local(TurnRequest.model_validate(request(project).model_dump() | {"steps": FIRST_STEPS}))
    assert decided.status == "completed"
    return project


def facts(project: Path) -> dict[str, str]:
    return store_facts(load(project / "config"), open_vault(project))


def keys(project: Path) -> set[str]:
    return {file.stem for file in (project / "outbox").glob("*.json")}


def second_life(original: Path, name: str, taken: Backup, url: str, monkeypatch, **how: object) -> Path:
    """Return a copy of a project, without what it sent, on a store restored a day after its last turn."""
    project = original.parent / name
    shutil.copytree(original, project, ignore=shutil.ignore_patterns("outbox", ".flywheel"))
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    given = {"facts": facts(project), "now": UNTIL + 8 * DAY, "actor": "Ada"} | how
    restore(url, taken.file, Restoring.model_validate(given), lambda _share: None)
    return project


def say(project: Path, words: str, at: datetime, *people: str) -> None:
    """Let some customers say something."""
    with (project / "talk.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{at:%m%d}{who},{at:%Y-%m-%dT%H:%M:%SZ},{who},Acme,{words}\n" for who in people)


def next_turn(project: Path, weeks: int) -> None:
    until = UNTIL + weeks * 7 * DAY
    turn(TurnRequest(config=project / "config", since=until - 7 * DAY, until=until, as_of=until))


def messages() -> dict[str, str]:
    """Return the state of each message of the store in use, by its key."""
    store = Store(os.environ[DATABASE_VARIABLE])
    with store.read() as shelves:
        names, rows = shelves.views.rows("v_delivery")
        found = {row[names.index("key")]: row[names.index("status")] for row in rows}
    store.close()
    return found


def test_a_copy_does_not_send_again_what_the_original_sent_after_the_backup(
    original, tmp_path, database_url, elsewhere, monkeypatch
):
    taken = back_up(database_url, tmp_path / "one.db", UNTIL, lambda _share: None)
    turn(request(original))
    first = keys(original)
    say(original, "The train was late again and it is terrible", UNTIL + DAY, "p1", "p2", "p3", "p4", "p5")
    next_turn(original, 1)
    sent = keys(original)
    assert len(sent) > len(first) > 0
    copy = second_life(original, "copy", taken, elsewhere, monkeypatch)
    turn(request(copy))
    next_turn(copy, 1)
    assert keys(copy) == set()
    assert {key: status for key, status in messages().items() if key in sent} == dict.fromkeys(sent, "unknown")
    say(copy, "The train was late again and it is terrible", UNTIL + 40 * DAY, "p1", "p2", "p3", "p4", "p5")
    next_turn(copy, 6)
    assert keys(copy)
    assert not keys(copy) & sent


def test_what_was_held_at_the_backup_and_sent_by_the_original_is_in_doubt_in_the_copy(
    original, tmp_path, database_url, elsewhere, monkeypatch
):
    switch("off")
    turn(request(original))
    held = {key for key, status in messages().items() if status == "pending"}
    taken = back_up(database_url, tmp_path / "one.db", UNTIL, lambda _share: None)
    switch("on")
    turn(request(original))
    assert keys(original) == held
    second_life(original, "copy", taken, elsewhere, monkeypatch)
    assert messages() == dict.fromkeys(held, "unknown")
    switch("on")
    turn(request(tmp_path / "copy"))
    assert keys(tmp_path / "copy") == set()


def switch(state: str) -> None:
    store = Store(os.environ[DATABASE_VARIABLE])
    with store.write(None) as shelves:
        shelves.audit.switch(state, "Ada", "a test", UNTIL)
    store.close()


def test_a_copy_of_an_original_that_ended_with_the_backup_goes_on_where_it_was(
    original, tmp_path, database_url, elsewhere, monkeypatch
):
    taken = back_up(database_url, tmp_path / "one.db", UNTIL, lambda _share: None)
    turn(request(original))
    copy = second_life(original, "copy", taken, elsewhere, monkeypatch, resume=True)
    turn(request(copy))
    assert keys(copy) == keys(original)
    assert contents(copy) == contents(original)


def contents(project: Path) -> list[object]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((project / "outbox").glob("*.json"))]
