"""Every number on the page leads to where it comes from; a number that leads nowhere is found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from naked_numbers import Page, naked_in_data

from flywheel.report.build import build_report
from flywheel.report.cycle_report import CycleReport, Figure, Sentences, sources
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render
from flywheel.report.words import short

_STATES = ["facts", "nothing", "shadow"]


def page_of(report: CycleReport, templates: tuple[Path, ...]) -> Page:
    return Page(render(report, ["html"], templates)["report.html"].decode(), report.names)


@pytest.mark.parametrize("state", _STATES)
def test_no_number_stands_naked(state: str, request: pytest.FixtureRequest, templates: tuple[Path, ...]) -> None:
    report = build_report(request.getfixturevalue(state))
    assert page_of(report, templates).naked == []
    assert naked_in_data(report) == []


def test_names_with_digits_are_no_figures(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    report = build_report(facts)
    assert {"gate 7", "Line 66", "Stations 24", "csat 1..5"} <= set(report.names)
    page = render(report, ["html"], templates)["report.html"].decode()
    assert Page(page, ()).naked != []


def test_every_number_leads_to_a_line_that_is_there(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    report = build_report(facts)
    page = page_of(report, templates)
    assert len(page.shown) > 200
    assert {f"f-{one}" for one in page.shown} <= page.ids
    assert page.shown <= {short(one.id or "") for one in sources(report)}


def test_a_planted_number_is_found_on_the_page_and_in_the_data(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    report = build_report(facts)
    planted = Sentences(items=(("Sales went up by 12 % in 2026.",),))
    section = report.sections[0].model_copy(update={"blocks": (*report.sections[0].blocks, planted)})
    spoiled = report.model_copy(update={"sections": (section, *report.sections[1:])})
    assert page_of(spoiled, templates).naked == ["Sales went up by 12 % in 2026."]
    assert naked_in_data(spoiled) == ["Sales went up by 12 % in 2026."]
    headline = report.model_copy(update={"headline": (*report.headline, " 7 of 10 agree.")})
    assert page_of(headline, templates).naked == ["7 of 10 agree."]


def test_a_tick_a_date_and_a_quotation_need_no_explanation() -> None:
    page = '<p>On 9 March 2026</p><text class="tick">45 points</text><blockquote>2 hours late</blockquote><b>3</b>'
    assert Page(page, ()).naked == ["3"]


def test_in_json_and_markdown_every_figure_has_its_id(facts: ReportFacts, templates: tuple[Path, ...]) -> None:
    report = build_report(facts)
    files = render(report, ["md", "json"], templates)
    _, _, last = files["report.md"].decode().rpartition("## Where every number comes from")
    told = re.findall(r"^\| `([^`]+)` \|", last, flags=re.MULTILINE)
    assert told == [short(one.id or "") for one in sources(report)]
    raw = json.loads(files["report.json"])
    assert not [one for one in _numbers(raw) if "id" not in one]


def _numbers(value: object) -> list[dict[str, object]]:
    """Return every object of the JSON that has a number as a value of its own, but for the versions of the format."""
    if isinstance(value, list):
        return [found for one in value for found in _numbers(one)]
    if not isinstance(value, dict):
        return []
    own = {name: one for name, one in value.items() if isinstance(one, int | float) and not isinstance(one, bool)}
    own.pop("version", None)
    return [*([value] if own else []), *(found for one in value.values() for found in _numbers(one))]


def test_two_figures_never_share_an_id(facts: ReportFacts) -> None:
    found = [one for one in sources(build_report(facts)) if isinstance(one, Figure)]
    assert len({short(one.id) for one in found}) == len(found)
