"""Backup and restore at the command line: exit codes, one document, and what is left where something is refused."""

from __future__ import annotations

import pytest

ROWS = 14


@pytest.fixture
def taken(flywheel, project):
    """The document of a backup of a store in which a cycle was turned."""
    assert flywheel("run", "--engine", "local", "--until", "2026-01-20").code == 0
    (project / "safe").mkdir()
    screen = flywheel("store", "backup", "safe", "--json")
    assert (screen.code, screen.err) == (0, "")
    return screen.document


def test_a_backup_is_told_with_its_rows_and_written_into_the_audit_trail(taken, flywheel):
    assert taken["rows"]["feedback"] == ROWS
    assert taken["rows_total"] == sum(taken["rows"].values())
    line = flywheel("export", "v_audit").out.splitlines()[-1]
    assert '"backup"' in line
    assert taken["sha256"] in line


def test_who_reads_the_screen_learns_that_the_key_is_not_in_it(taken, flywheel, project):
    screen = flywheel("store", "backup", "other.db")
    assert screen.code == 0
    assert "The key is NOT in it" in screen.out
    assert "customers said" in screen.out


def test_a_restore_into_a_new_place_gives_the_same_store(taken, flywheel, monkeypatch, project):
    before = flywheel("export", "v_feedback").out
    monkeypatch.setenv("FLYWHEEL_DATABASE_URL", f"sqlite:///{project / 'new' / 'flywheel.db'}")
    screen = flywheel("store", "restore", taken["file"], "--json")
    assert screen.code == 0
    assert screen.document["rows"] == taken["rows"]
    assert flywheel("export", "v_feedback").out == before
    assert flywheel("run", "--engine", "local", "--until", "2026-01-27").code == 0


def test_what_is_refused_starts_nothing(taken, flywheel, monkeypatch, project):
    refused = flywheel("store", "restore", taken["file"])
    assert (refused.code, refused.out) == (2, "")
    assert "The store is not empty" in refused.err
    assert flywheel("store", "backup", taken["file"]).code == 2
    monkeypatch.setenv("FLYWHEEL_DATABASE_URL", f"sqlite:///{project / 'new' / 'flywheel.db'}")
    assert flywheel("store", "restore", "config/project.yaml").code == 2
    monkeypatch.setenv("FLYWHEEL_KEY", "ab" * 32)
    assert "another key" in flywheel("store", "restore", taken["file"]).err
    assert not (project / "new").exists()
