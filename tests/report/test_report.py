"""What a manager reads: the first sentence, the figures behind it, and what is not told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flywheel.domain.cycle import Tally
from flywheel.domain.summary import DecisionSummary
from flywheel.report.build import build_report
from flywheel.report.cycle_report import Chart, CycleReport, Figure, figures
from flywheel.report.facts import ReportFacts, SourceHealth
from flywheel.report.render import render
from flywheel.report.words import spoken

_ALL = ("html", "md", "json")
_HASH = """
import sys, hashlib
from pathlib import Path
from flywheel.report.build import build_report
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render
facts = ReportFacts.model_validate_json(sys.stdin.buffer.read())
for name, content in render(build_report(facts), ("html", "md", "json"), (Path(sys.argv[1]),)).items():
    print(name, hashlib.sha256(content).hexdigest())
"""


def first_sentence(facts: ReportFacts, **changes: object) -> str:
    return spoken(build_report(facts.model_copy(update=changes)).headline)


def test_the_headline_is_one_sentence_a_person_would_say(facts: ReportFacts) -> None:
    assert first_sentence(facts) == (
        "Delay is what people wrote about most; we are behind Cobalt Rail by 8\u202fpoints; 143 people were "
        "offered help; “Thank you call” works."
    )


def test_it_is_said_whether_the_wheel_turned_and_how_fast(facts: ReportFacts) -> None:
    assert spoken(build_report(facts).turn).replace("\u202f", " ") == (
        "The wheel turned: 12 decisions came out differently because of what was learned before. "
        "Half of the help went out within 3 hours of being heard, 2.3 days of being said."
    )


def test_when_nothing_was_learned_the_first_sentence_says_so(facts: ReportFacts) -> None:
    assert first_sentence(facts, lifts=()).endswith("143 people were offered help; nothing could be learned yet.")
    open_ = tuple(one.model_copy(update={"verdict": "cannot tell"}) for one in facts.lifts)
    assert first_sentence(facts, lifts=open_).endswith("whether what we do helps we cannot tell yet.")


def test_what_does_harm_is_said_before_what_works(facts: ReportFacts) -> None:
    works, other = facts.lifts
    harm = other.model_copy(update={"verdict": "harms"})
    assert first_sentence(facts, lifts=(works, harm)).endswith("; “Weekend ticket” does harm.")


def test_the_wheel_did_not_turn_when_nothing_learned_before_changed_a_decision(facts: ReportFacts) -> None:
    same = facts.decisions.model_copy(update={"changed": 0, "changed_by": {}})
    report = build_report(facts.model_copy(update={"decisions": same, "learnings_used": ()}))
    assert not report.turned
    assert spoken(report.turn).startswith("The wheel did not turn: nothing learned before changed a decision.")


def test_when_nothing_was_heard_the_first_sentence_says_so(nothing: ReportFacts) -> None:
    assert first_sentence(nothing).startswith("Nothing was heard in this period (1 March 2026 to")


def test_when_only_others_were_heard_of_the_first_sentence_says_so(facts: ReportFacts) -> None:
    theirs = tuple(row for row in facts.counts if row.brand != facts.brand)
    assert first_sentence(facts, counts=theirs).startswith("Nothing was heard about Amber Rail in this period")


def test_when_the_data_are_too_thin_the_first_sentence_says_so(facts: ReportFacts) -> None:
    few = facts.counts[0].model_copy(update={"n": 14, "n_read": 13, "n_negative": 9, "n_neutral": 2, "n_positive": 2})
    said = first_sentence(facts, counts=(few,), findings=())
    assert said.startswith("There is too little to go by: only 13 texts of our customers could be read;")


def test_when_a_source_of_feedback_fell_silent_the_first_sentence_says_so(facts: ReportFacts) -> None:
    heard = facts.cycle.as_of - timedelta(days=14)
    dead = SourceHealth(name="service_mail", socket="source", rows=0, rows_ever=9_120, last_heard=heard)
    said = first_sentence(facts, sources=(facts.sources[0], dead))
    assert said.startswith("Nothing came from service_mail (last heard 23 February 2026), so part of the picture")


def test_a_source_that_broke_is_in_the_first_sentence_too(facts: ReportFacts) -> None:
    broken = SourceHealth(name="app_reviews", rows=0, error="the other end says 401")
    assert first_sentence(facts, sources=(broken,)).startswith("Nothing came from app_reviews")


def test_that_nobody_moved_house_alarms_nobody(facts: ReportFacts) -> None:
    quiet = SourceHealth(name="customers", socket="person_source", rows=0, rows_ever=4_000)
    assert not build_report(facts.model_copy(update={"sources": (quiet,)})).alarmed


def test_when_everything_was_withheld_the_first_sentence_says_so(facts: ReportFacts, blocked: DecisionSummary) -> None:
    said = first_sentence(facts, decisions=blocked, deliveries={}, withheld={"no consent to service by file": 57})
    assert said.startswith(
        "Everything was withheld: of 57 decisions none was carried out (most often: no consent to service by file);"
    )


def test_a_shadow_run_says_so_and_claims_no_help(shadow: ReportFacts) -> None:
    said = first_sentence(shadow)
    assert said.startswith("This was a shadow run: nothing was sent, 163 people would have been offered help;")
    assert "were offered help" not in said


def test_no_more_help_is_claimed_than_was_sent(facts: ReportFacts) -> None:
    assert "messages to 3 of 163 people went out" in first_sentence(facts, deliveries={"sent": 3, "pending": 160})


def test_a_failed_step_is_in_the_first_sentence(facts: ReportFacts) -> None:
    said = first_sentence(facts, steps=(Tally(step="understand", error="no room on the disk"),))
    assert said.startswith("This report is incomplete, because understand failed;")


def test_a_topic_that_few_people_mentioned_is_not_told_of(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    page = render(build_report(facts), ["html"], templates)["report.html"].decode()
    assert "Lost luggage" in page
    assert "Food" not in page


def test_a_competitor_with_few_employees_is_not_compared(facts: ReportFacts) -> None:
    stand = next(section for section in build_report(facts).sections if section.id == "stand")
    chart = next(block for block in stand.blocks if isinstance(block, Chart) and block.id == "stand-employee")
    assert [mark.label for mark in chart.marks] == ["Amber Rail", "Cobalt Rail"]


def test_every_figure_has_its_own_id(facts: ReportFacts) -> None:
    found = figures(build_report(facts))
    assert len(found) > 100
    assert len({(one.label, one.formula, one.inputs) for one in found}) == len(found)


def test_shares_and_differences_come_with_n_and_interval_or_cannot_be_told(facts: ReportFacts) -> None:
    given = (
        "as Orient measured it",
        "mean of this arm",
        "a setting",
        "a convention",
    )  # the interval stands at their difference
    for one in figures(build_report(facts)):
        if (
            one.unit in ("share", "points", "distance")
            and one.formula not in given
            and "play:" not in one.label
            and not _is_judged(one)
        ):
            assert one.value is None or (one.n and one.low is not None and one.high is not None), one


def _is_judged(figure: Figure) -> bool:
    return figure.inputs[:1] != () and figure.inputs[0].startswith("appraisal ")


def test_a_report_read_back_from_its_json_renders_to_the_same_bytes(
    facts: ReportFacts, templates: tuple[Path, ...]
) -> None:
    report = build_report(facts)
    files = render(report, _ALL, templates)
    again = CycleReport.model_validate_json(report.model_dump_json())
    assert render(again, _ALL, templates) == files
    assert CycleReport.model_validate_json(files["report.json"]) == report


def test_the_same_facts_give_the_same_bytes_in_another_process(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    told = {_hashes(facts, templates[0], seed) for seed in ("1", "2")}
    assert len(told) == 1


@pytest.mark.parametrize("name", ["facts", "nothing", "shadow"])
def test_a_report_stays_small(name: str, request: pytest.FixtureRequest, templates: tuple[Path, ...]) -> None:
    files = render(build_report(request.getfixturevalue(name)), _ALL, templates)
    assert len(files["report.html"]) < 500_000
    assert json.loads(files["report.json"])["version"] == 2


def test_an_unknown_format_is_named(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    with pytest.raises(ValueError, match="'pdf'"):
        render(build_report(facts), ["pdf"], templates)


def _hashes(facts: ReportFacts, templates: Path, seed: str) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", _HASH, str(templates)]
    given = facts.model_dump_json().encode()
    return subprocess.run(command, input=given, env=environment, capture_output=True, check=True).stdout


def test_everybody_we_are_behind_is_named_with_how_far(facts: ReportFacts) -> None:
    farther = {"id": "s-2", "peer": "Tern Lines", "gap": 0.12, "low": 0.07, "high": 0.17}
    behind = facts.standings[0].model_copy(update=farther)
    report = build_report(facts.model_copy(update={"standings": (*facts.standings, behind)}))
    told = spoken(report.glance[1].answer).replace("\u202f", " ")
    assert told.startswith(
        "We are behind Tern Lines by 12 points and Cobalt Rail by 8 points (share of negative feedback)"
    )


def test_a_first_cycle_has_no_first_day(facts: ReportFacts) -> None:
    window = facts.cycle.window.model_copy(update={"since": datetime(1970, 1, 1, tzinfo=UTC)})
    first = facts.model_copy(update={"cycle": facts.cycle.model_copy(update={"window": window})})
    assert build_report(first).period == "up to 8 March 2026"


def test_when_nobody_may_be_written_to_the_reason_is_told(facts: ReportFacts) -> None:
    said = first_sentence(
        facts, decisions=DecisionSummary(), learnings_used=(), deliveries={}, withheld={"old news": 1_136}
    )
    assert said.startswith(
        "Nothing was done for anybody: 1,136 times something stood against it (most often: old news);"
    )
