"""The report as a manager has it: in a browser without a network or scripts, on a phone, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Reader, chromium
from soak import amount

from flywheel.report.build import build_report
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render

_VIEWS = ((390, "light"), (1280, "dark"), (390, "dark"), (1280, "light"))
_THREE = ("Did it get better", "Where do we lose", "What did our actions change")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(facts: ReportFacts, templates: tuple[Path, ...], tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    file.write_bytes(render(build_report(facts), ["html"], templates)["report.html"])
    return file


@pytest.fixture
def reader(chrome: Any) -> Iterator[Reader]:
    opened = Reader(chrome, scripts=False)
    yield opened
    opened.close()


def test_a_number_is_followed_to_its_explanation_without_a_script(reader: Reader, page: Path) -> None:
    opened = reader.open(page)
    number = opened.locator(".glance a.figure").first
    told = number.inner_text()
    number.click()
    target = opened.url.partition("#")[2]
    line = opened.locator(f"#{target}")
    assert line.is_visible()
    assert line.bounding_box()["y"] < 844
    assert told.split()[0].rstrip("%") in line.inner_text()
    assert len(line.locator("code").inner_text()) == 12
    assert (reader.asked, reader.ran) == ([], [])


def test_what_is_folded_opens_without_a_script(reader: Reader, page: Path) -> None:
    opened = reader.open(page)
    folded = opened.locator("details", has=opened.locator("table")).first
    assert not folded.locator("table").is_visible()
    folded.locator("summary").click()
    assert folded.locator("table").is_visible()


def test_three_questions_are_answered_on_the_first_screen_of_a_phone(reader: Reader, page: Path) -> None:
    opened = reader.open(page)
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
    answers = opened.locator(".glance dl > div")
    for at, question in enumerate(_THREE):
        answer = answers.nth(at)
        assert question in answer.inner_text()
        box = answer.bounding_box()
        assert box["y"] + box["height"] <= 844


def test_it_prints_without_what_is_folded(chrome: Any, page: Path, tmp_path: Path) -> None:
    reader = Reader(chrome, width=1280)
    opened = reader.open(page)
    opened.emulate_media(media="print")
    assert opened.locator("figure.plot svg").first.is_visible()
    assert opened.locator(".on-paper").is_visible()
    assert not opened.locator("#figures").is_visible()
    assert len(opened.pdf(path=tmp_path / "report.pdf", format="A4")) > 50_000
    reader.close()


def test_axe_finds_nothing_to_object_to(chrome: Any, page: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python").Axe()
    for width, scheme in _VIEWS[: amount(1, len(_VIEWS))]:
        reader = Reader(chrome, width=width, scheme=scheme)
        opened = reader.open(page)
        opened.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        opened.evaluate("document.querySelectorAll('#figures dl > div:nth-child(n + 9)').forEach(one => one.remove())")
        found = axe.run(opened).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        reader.close()
