"""`flywheel plays`: what each play is believed to do; what the wheel paused, a person may switch on again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest


@pytest.fixture
def paused(flywheel, project: Path) -> Path:
    """Return a project whose play the wheel has paused."""
    with sqlite3.connect(project / ".flywheel" / "flywheel.db") as store:
        store.execute(
            "INSERT INTO setting (id, cycle_id, name, value, reason, evidence, decided_at, expires) VALUES "
            "('s1', 'c1', 'plays.thank_you.enabled', 'false', 'thank_you does harm', '[]', "
            "'2026-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z')"
        )
    return project


def test_the_catalogue_says_what_is_believed_and_whether_it_can_ever_know(flywheel, project):
    [play] = flywheel("plays", "list", "--json").document
    assert (play["play"], play["state"], play["believed"]) == ("thank_you", "on", pytest.approx(0.05))
    assert play["prospect"].startswith("no experiment")
    config = project / "config" / "project.yaml"
    config.write_text(config.read_text().replace("template: thank_you", "template: thank_you, metric: returned"))
    said = flywheel("plays", "list")
    assert said.code == 0
    assert "needs about" in said.out
    assert "+5.0" in said.out


def test_what_was_paused_is_switched_on_by_a_person_with_a_reason(flywheel, paused):
    [play] = flywheel("plays", "list", "--json").document
    assert (play["state"], play["paused_until"]) == ("paused", "2999-01-01T00:00:00Z")
    said = flywheel("plays", "resume", "thank_you", "--by", "Ada Fox", "--reason", "other words")
    assert said.code == 0
    assert "thank_you goes on" in said.out
    [play] = flywheel("plays", "list", "--json").document
    assert (play["state"], play["paused_until"]) == ("on", None)
    audit = flywheel("export", "v_audit", "--format", "jsonl").out
    assert "Ada Fox" in audit


@pytest.mark.parametrize(("name", "words"), [("thank_you", "is not paused"), ("nothing", "There is no play 'nothing'")])
def test_what_is_not_paused_is_not_switched_on(flywheel, project, name, words):
    said = flywheel("plays", "resume", name, "--reason", "r")
    assert said.code == 2
    assert words in said.err
