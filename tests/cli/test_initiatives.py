"""`flywheel initiatives`: what is to be removed, by whom; saying that the work is done closes nothing."""

from __future__ import annotations


def test_before_the_outer_loop_has_turned_there_is_nothing_to_list_or_show(flywheel, project):
    said = flywheel("initiatives", "list")
    assert (said.code, "`flywheel ooda`" in said.out) == (0, True)
    assert flywheel("initiatives", "list", "--json").document == []
    nobodys = flywheel("initiatives", "show", "feed")
    assert (nobodys.code, "`flywheel initiatives list`" in nobodys.err) == (2, True)


def test_a_cause_is_listed_shown_worked_on_and_given_up_and_every_word_is_kept_with_its_name(flywheel, project):
    for command in ("run", "ooda"):
        assert flywheel(command, "--engine", "local", "--until", "2026-02-01T00:00Z").code == 0
    listed = flywheel("initiatives", "list", "--status", "open")
    assert "delay: 14 of 14 mentions are unhappy" in listed.out
    assert "overdue" in listed.out  # it was due in April 2026, and nobody did anything
    [one] = flywheel("initiatives", "list", "--json").document
    start = one["id"][:8]
    shown = flywheel("initiatives", "show", start)
    for words in (one["id"], "CX team", "no past to learn from", "It leaves the list when", "cost      unknown"):
        assert words in shown.out

    def close(*words: str):
        return flywheel("initiatives", "close", start, "--by", "Ada Fox", *words)

    assert "still to come" in close("--reason", "r", "--on", "2099-01-01").err
    assert "cannot have begun" in close("--reason", "r", "--on", "2026-02-02", "--began", "2026-02-03").err
    said = close("--reason", "new timetable", "--on", "2026-02-02T08:00Z", "--began", "2026-01-20")
    assert said.code == 0
    assert "the outer loop holds its unhappy mentions against topics that nobody worked on" in said.out
    document = flywheel("initiatives", "show", start, "--json").document
    [told] = document["milestones"]
    assert (told["kind"], told["actor"], told["began"]) == ("done", "Ada Fox", "2026-01-20T00:00:00Z")
    assert document["initiative"]["status"] == "done"
    assert "done, not verified yet" in flywheel("initiatives", "list").out
    assert f'"Ada Fox","done","initiative","{one["id"]}"' in flywheel("export", "v_audit", "--format", "csv").out

    assert close("--reason", "the line is closing", "--abandon").code == 0
    assert "abandoned" in flywheel("initiatives", "list").out
    again = close("--reason", "done after all")
    assert (again.code, "abandoned already" in again.err) == (2, True)
