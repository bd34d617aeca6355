"""A newcomer's way with PostgreSQL: the same commands, one variable."""

from __future__ import annotations

import pytest
from databases import Postgres

UNTIL = ("--until", "2026-01-20")
VARIABLE = "FLYWHEEL_DATABASE_URL"


@pytest.fixture
def empty(project, postgres: Postgres, monkeypatch) -> str:
    """Return the URL of an empty database that the project is to use."""
    url = postgres.fresh().replace("+psycopg", "", 1)
    monkeypatch.setenv(VARIABLE, url)
    yield url
    postgres.drop(url)


def test_an_empty_database_names_the_command_and_then_everything_works(flywheel, project, empty):
    screen = flywheel("run", "--engine", "local", *UNTIL)
    assert screen.code == 2
    assert "run `flywheel store migrate`" in screen.err
    assert flywheel("store", "status").code == 2
    assert flywheel("store", "migrate", "--json").document["changed"] is True
    assert flywheel("store", "migrate", "--json").document["changed"] is False

    first = flywheel("run", "--engine", "local", "--json", *UNTIL).document
    again = flywheel("run", "--engine", "local", "--json", *UNTIL).document
    assert [(step["step"], step["failed"]) for step in first["steps"]] == [
        (name, 0)
        for name in ("listen", "understand", "predict", "orient", "decide", "act", "care", "learn", "themes", "report")
    ]
    assert (first["status"], again["status"]) == ("completed", "completed")
    status = flywheel("store", "status", "--json").document
    assert (status["up_to_date"], status["rows"]["v_feedback"]) == (True, 14)
    assert {one["status"] for one in flywheel("cycles", "--json").document} == {"completed"}
    assert flywheel("export", "v_reading", "--format", "jsonl").out.count("\n") == 14

    doctor = flywheel("doctor")
    assert doctor.code == 0
    assert "PostgreSQL" in doctor.out
    assert "SQLite" not in doctor.out


def test_a_project_is_made_whole_also_before_its_database_is_there(flywheel, project, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://me@127.0.0.1:1/shop")
    screen = flywheel("init", tmp_path / "new")
    assert screen.code == 2
    assert "is its server up" in screen.err
    assert any((tmp_path / "new" / "data").iterdir())


def test_a_server_that_is_not_there_is_told_at_once_and_nothing_is_started(flywheel, project, monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://me:hunter2@127.0.0.1:1/shop")
    for words in (("store", "status"), ("store", "migrate"), ("cycles",)):
        screen = flywheel(*words)
        assert (screen.code, screen.out) == (2, "")
        assert "postgresql+psycopg://me:***@127.0.0.1:1/shop cannot be reached: is its server up?" in screen.err
    doctor = flywheel("doctor")
    assert doctor.code == 1
    assert "is its server up" in doctor.out


def test_a_database_that_cannot_hold_any_text_is_refused(flywheel, project, postgres: Postgres, monkeypatch):
    postgres.run("CREATE DATABASE narrow ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    monkeypatch.setenv(VARIABLE, postgres.url("narrow"))
    screen = flywheel("store", "migrate")
    assert screen.code == 2
    assert "createdb --encoding UTF8" in screen.err
    postgres.drop(postgres.url("narrow"))
