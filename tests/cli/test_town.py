"""The example from the command line: two cycles without Prefect, and again nothing."""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_the_town_turns_two_cycles_and_a_second_time_nothing(flywheel, tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    screen = flywheel("town", "turn", "here", "--engine", "local", "--json")
    assert screen.code == 0, screen.err
    assert [turn["status"] for turn in screen.document["turns"]] == ["completed"] * 4
    sent = [step["done"] for turn in screen.document["turns"] for step in turn["steps"] if step["step"] == "act"]
    assert all(count > 0 for count in sent)
    messages = len(list((tmp_path / "here" / "outbox").iterdir()))
    assert messages == sum(sent)
    again = flywheel("town", "turn", "here", "--engine", "local")
    assert again.code == 0
    assert "nothing was doubled" in again.out
    assert len(list((tmp_path / "here" / "outbox").iterdir())) == messages


def test_a_town_is_not_built_over_somebodys_data(flywheel, tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text("mine\n")
    screen = flywheel("town", "build", "--dir", tmp_path)
    assert screen.code == 2
    assert (tmp_path / "data" / "people.csv").read_text() == "mine\n"


def test_a_town_is_built_once(flywheel, tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    assert flywheel("town", "build", "--dir", tmp_path, "--json").document["built"] is True
    assert flywheel("town", "build", "--dir", tmp_path, "--json").document["built"] is False
    assert flywheel("town", "build", "--dir", tmp_path, "--fresh", "--json").document["built"] is True


def test_a_town_turned_in_a_fresh_project_begins_at_its_beginning(flywheel, tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "+ data/" in flywheel("init", "here").out
    screen = flywheel("town", "turn", "here", "--engine", "local", "--json")
    listened = [turn["steps"][0]["done"] for turn in screen.document["turns"] if turn["steps"][0]["step"] == "listen"]
    assert len(listened) == 3
    assert all(heard > 100 for heard in listened)
