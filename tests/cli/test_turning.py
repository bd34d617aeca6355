"""Turning from the command line: what is printed, in which form, with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

from flywheel.store import Store

UNTIL = ("--until", "2026-01-20")


def test_a_run_prints_a_line_for_each_step_and_one_to_end_with(flywheel, project):
    screen = flywheel("run", "--engine", "local", *UNTIL)
    assert screen.code == 0
    assert [line.split()[0] for line in screen.err.splitlines()] == [
        "listen", "understand", "predict", "orient", "decide", "act", "care", "learn", "themes", "report",
    ]  # fmt: skip
    assert "completed: listen 14, understand 14" in screen.out
    assert "report.html" in screen.out
    assert "Next:" in screen.out


def test_json_is_one_document_with_the_names_of_the_contract(flywheel, project):
    screen = flywheel("run", "--engine", "local", "--json", *UNTIL)
    assert screen.code == 0
    document = screen.document
    assert {"cycle_id", "window", "status", "mode", "steps", "report"} <= set(document)
    assert {"step", "done", "skipped", "failed", "seconds", "reasons"} <= set(document["steps"][0])
    assert Path(document["report"]).is_file()
    assert "listen" in screen.err


def test_a_second_run_hears_nothing_new(flywheel, project):
    flywheel("run", "--engine", "local", *UNTIL)
    screen = flywheel("run", "--engine", "local", "--json", "--until", "2026-01-21")
    assert screen.code == 0
    assert [step["done"] for step in screen.document["steps"] if step["step"] in ("listen", "understand")] == [0, 0]


def test_a_time_without_a_zone_is_utc(flywheel, project):
    window = flywheel("run", "--engine", "local", "--json", "--since", "2026-01-01", *UNTIL).document["window"]
    assert window == {"since": "2026-01-01T00:00:00Z", "until": "2026-01-20T00:00:00Z"}


def test_a_window_the_wrong_way_round_is_refused(flywheel, project):
    screen = flywheel("run", "--engine", "local", "--since", "2026-02-01", *UNTIL)
    assert screen.code == 2
    assert "before it begins" in screen.err


def test_a_shadow_run_says_that_nothing_was_sent(flywheel, project):
    screen = flywheel("run", "--engine", "local", "--shadow", *UNTIL)
    assert screen.code == 0
    assert "nothing was sent" in screen.out
    assert not (project / "outbox").exists()


def test_a_step_that_there_is_not_is_refused(flywheel, project):
    screen = flywheel("run", "--engine", "local", "--steps", "listen,understan")
    assert screen.code == 2
    assert "'understan'" in screen.err


def test_a_missing_source_file_fails_the_run_and_a_retry_goes_on_from_there(flywheel, project):
    data = project / "reviews.csv"
    data.rename(project / "elsewhere.csv")
    failed = flywheel("run", "--engine", "local", *UNTIL)
    assert failed.code == 1
    assert "there is no file" in failed.err
    assert "Check `path`" in failed.err
    assert "flywheel retry" in failed.out
    (project / "elsewhere.csv").rename(data)
    again = flywheel("retry", "--engine", "local", "--json")
    assert again.code == 0
    assert again.document["steps"][0] == again.document["steps"][0] | {"step": "listen", "done": 14}
    assert len(flywheel("cycles", "--json").document) == 1


def test_a_retry_begins_with_the_first_failed_step(flywheel, project, configure):
    configure("schedules:", "steps: {cycle: [listen, understand, 'steps_of_mine:translate', report]}\nschedules:")
    mine = project / "steps_of_mine.py"
    mine.write_text("def translate(wheel, cycle):\n    raise ValueError('Anna said no')\n")
    failed = flywheel("run", "--engine", "local", *UNTIL)
    assert failed.code == 1
    assert "ValueError" in failed.err
    assert "Anna" not in failed.err + failed.out
    mine.write_text(
        "from flywheel.domain.cycle import Tally\n"
        "def translate(wheel, cycle):\n    return Tally(step='steps_of_mine:translate')\n"
    )
    import sys

    del sys.modules["steps_of_mine"]
    again = flywheel("retry", "--engine", "local", "--json")
    assert [step["step"] for step in again.document["steps"]] == ["steps_of_mine:translate", "report"]
    assert again.code == 0
    history = flywheel("cycles", "--json").document
    assert [step["step"] for step in history[0]["steps"]] == [
        "listen",
        "understand",
        "steps_of_mine:translate",
        "report",
    ]
    assert history[0]["status"] == "completed"


def test_a_cycle_that_went_well_needs_no_retry(flywheel, project):
    flywheel("run", "--engine", "local", *UNTIL)
    screen = flywheel("retry", "--engine", "local")
    assert screen.code == 0
    assert "no failed step" in screen.out


def test_the_outer_loop_and_the_fast_lane_turn_too(flywheel, project):
    assert flywheel("triage", "--engine", "local", *UNTIL).code == 0
    assert flywheel("run", "--engine", "local", *UNTIL).code == 0
    assert flywheel("ooda", "--engine", "local", *UNTIL).code == 0
    assert {one["flow"] for one in flywheel("cycles", "--json").document} == {"cycle", "triage", "ooda"}


def test_pause_and_resume_are_kept_with_who_and_why(flywheel, project):
    screen = flywheel("pause", "--reason", "wrong discount", "--json")
    assert screen.document == screen.document | {"paused": True, "changed": True}
    assert "wrong discount" in flywheel("doctor").out
    assert flywheel("resume", "--json").document["paused"] is False
    store = Store(f"sqlite:///{project / '.flywheel' / 'flywheel.db'}")
    with store.read() as shelves:
        actions = [row[2] for row in shelves.views.rows("v_audit")[1]]
    store.close()
    assert actions == ["pause", "resume"]


def test_every_json_of_a_looking_command_is_one_document(flywheel, project):
    flywheel("run", "--engine", "local", *UNTIL)
    for words in (
        ("cycles",),
        ("sources", "list"),
        ("plugins",),
        ("store", "status"),
        ("report",),
        ("check",),
        ("doctor",),
    ):
        screen = flywheel(*words, "--json")
        json.loads(screen.out)
        assert screen.code == 0, words
