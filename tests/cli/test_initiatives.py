"""`flywheel initiatives`: what is to be removed, by whom; saying that the work is done closes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def opened(flywheel, project: Path) -> str:
    """Return the id of the initiative that the outer loop opened."""
    for command in ("run", "ooda"):
        assert flywheel(command, "--engine", "local", "--until", "2026-02-01T00:00Z").code == 0
    [one] = flywheel("initiatives", "list", "--json").document
    return one["id"]


def test_the_register_is_empty_before_the_outer_loop_has_turned(flywheel, project):
    said = flywheel("initiatives", "list")
    assert said.code == 0
    assert "`flywheel ooda`" in said.out
    assert flywheel("initiatives", "list", "--json").document == []


def test_a_cause_is_listed_and_shown_with_its_evidence_and_what_would_change_our_mind(flywheel, opened):
    listed = flywheel("initiatives", "list", "--status", "open")
    assert "delay: 14 of 14 mentions are unhappy" in listed.out
    assert "overdue" in listed.out  # it was due in April 2026, and nobody did anything
    shown = flywheel("initiatives", "show", opened[:8])
    for words in (opened, "CX team", "no past to learn from", "It leaves the list when", "cost      unknown"):
        assert words in shown.out
    document = flywheel("initiatives", "show", opened[:8], "--json").document
    assert document["initiative"]["evidence_count"] == 14
    assert document["milestones"] == []


def test_saying_that_it_is_done_starts_the_wait_for_data_and_is_kept_with_the_name(flywheel, opened):
    said = flywheel("initiatives", "close", opened[:8], "--by", "Ada Fox", "--reason", "new timetable",
                    "--on", "2026-02-02T08:00Z", "--began", "2026-01-20")  # fmt: skip
    assert said.code == 0
    assert "the outer loop holds its unhappy mentions against topics that nobody worked on" in said.out
    document = flywheel("initiatives", "show", opened[:8], "--json").document
    [told] = document["milestones"]
    assert (told["kind"], told["actor"], told["began"]) == ("done", "Ada Fox", "2026-01-20T00:00:00Z")
    assert document["initiative"]["status"] == "done"
    assert "done, not verified yet" in flywheel("initiatives", "list").out
    audit = flywheel("export", "v_audit", "--format", "csv").out
    assert f'"Ada Fox","done","initiative","{opened}"' in audit


def test_what_is_given_up_stays_given_up(flywheel, opened):
    assert flywheel("initiatives", "close", opened[:8], "--reason", "line is closing", "--abandon").code == 0
    assert "abandoned" in flywheel("initiatives", "list").out
    again = flywheel("initiatives", "close", opened[:8], "--reason", "done after all")
    assert (again.code, "abandoned already" in again.err) == (2, True)


def test_times_that_cannot_be_are_refused(flywheel, opened):
    def refused(*words: str) -> str:
        said = flywheel("initiatives", "close", opened[:8], "--reason", "r", *words)
        assert said.code == 2
        return said.err

    assert "still to come" in refused("--on", "2099-01-01")
    assert "cannot have begun" in refused("--on", "2026-02-02", "--began", "2026-02-03")


def test_an_id_that_is_nobodys_is_refused_with_the_way_to_find_one(flywheel, project):
    said = flywheel("initiatives", "show", "feed")
    assert said.code == 2
    assert "`flywheel initiatives list`" in said.err
