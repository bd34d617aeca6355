"""What cycles leave in the project: reports that can be replayed, the list of all of them, the digest."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from homes import Homes
from naked_numbers import Page

from flywheel.report.cycle_report import Block, CycleReport, Quote, Quotes, Words, parts
from flywheel.report.digest import digest_text
from flywheel.steps.reporting import Replayed, digest, replay
from flywheel.wheel import Flywheel

_WEEKS = 5
_START = datetime(2026, 3, 2, tzinfo=UTC)
_CONFIG = """\
brand: {name: Amber Rail}
competitors: [Line 66]
sources:
  - {id: reviews, kind: csv, path: reviews.csv, columns: {text: text, external_id: id, said_at: at, brand: brand}}
analyzer: {kind: fast, languages: [en]}
topics: [{topic: delay, words: {en: [late, delay*]}}]
channels: [{id: mail, kind: file, folder: outbox}]
report: {formats: [html, md, json, digest]}
"""
_STEPS = ("listen", "understand", "orient", "report")
_SECRET = "my locker code is swordfish"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after five weekly cycles, each of which heard more than the last."""
    home = tmp_path_factory.mktemp("five")
    (home / "config").mkdir()
    (home / "config" / "project.yaml").write_text(_CONFIG, encoding="utf-8")
    homes = Homes()
    rows: list[list[str]] = []
    for week in range(_WEEKS):
        until = _START + timedelta(weeks=week + 1)
        said = ("The train was late again, terrible.", "Lovely staff, thank you!", f"Delayed, and {_SECRET}.")
        for at in range(45):
            brand = "Line 66" if at % 3 == 2 else "Amber Rail"
            text = said[0] if at < 20 + 4 * week else said[1 + at % 2]
            rows.append([f"{text} ({at})", f"{week}-{at}", (until - timedelta(days=2)).isoformat(), brand])
        with (home / "reviews.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text", "id", "at", "brand"], *rows])
        if week == 0:
            homes.ready(home)
        assert homes.turn(home, "cycle", until, steps=_STEPS).status == "completed"
    return home


@contextmanager
def opened(project: Path) -> Iterator[Flywheel]:
    with Homes().at(project), Flywheel.open(project / "config") as wheel:
        yield wheel


def cycles(project: Path) -> list[str]:
    with opened(project) as wheel, wheel.store.read() as shelves:
        return [one.cycle.id for one in reversed(shelves.cycles.history(20))]


def replayed(project: Path, cycle: str, out: Path | None = None) -> list[Replayed]:
    with opened(project) as wheel:
        return replay(wheel, cycle, out)[1]


def test_five_cycles_are_replayed_to_the_same_bytes(project: Path, tmp_path: Path) -> None:
    found = cycles(project)
    assert len(found) == _WEEKS
    (project / "reviews.csv").unlink()  # a replay reads nothing but what was recorded
    for cycle in found:
        files = replayed(project, cycle, tmp_path / cycle)
        assert [one.same for one in files] == [True] * 5
        [folder] = (project / ".flywheel" / "reports").glob(f"*-{cycle[:8]}")
        for one in files:
            assert (tmp_path / cycle / one.name).read_bytes() == (folder / one.name).read_bytes()


def test_a_replay_says_when_a_template_was_changed_since(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    template = copy / "templates" / "reports" / "digest.html"
    template.parent.mkdir(parents=True)
    template.write_text("<p>{{ report.brand }}</p>", encoding="utf-8")
    told = {one.name: one.same for one in replayed(copy, cycles(copy)[0])}
    assert [name for name, same in told.items() if not same] == ["digest.html"]


def test_the_list_of_all_reports_leads_to_each_with_its_trends(project: Path) -> None:
    reports = project / ".flywheel" / "reports"
    page = (reports / "index.html").read_text(encoding="utf-8")
    read = Page(page, ("Line 66",))
    assert read.naked == []
    links = {one.partition("#")[0] for one in read.links}
    assert {reports / one for one in links} == set(reports.glob("*/report.html"))
    assert len(links) == _WEEKS
    assert page.count('class="dot ours"') >= _WEEKS
    for link in read.links:
        file, _, anchor = link.partition("#")
        assert not anchor or f'id="{anchor}"' in (reports / file).read_text(encoding="utf-8")


def test_the_digest_says_it_in_half_a_minute_without_a_customers_words(project: Path) -> None:
    newest = cycles(project)[-1]
    with opened(project) as wheel:
        told = digest(wheel, newest)
    [folder] = (project / ".flywheel" / "reports").glob(f"*-{newest[:8]}")
    assert (folder / "digest.txt").read_text(encoding="utf-8") == told
    report = CycleReport.model_validate_json((folder / "report.json").read_bytes())
    assert digest_text(report) == told
    assert "Did it get better, and is it real?" in told
    assert len(told) < 1_500
    page = (folder / "digest.html").read_text(encoding="utf-8")
    assert Page(page, report.names).naked == []
    quoted = [one.text for section in report.sections for block in section.blocks for one in _quotes(block)]
    assert quoted
    assert not [text for text in (*quoted, _SECRET) if text in told or text in page]


def _quotes(block: Block) -> tuple[Quote, ...]:
    return block.items if isinstance(block, Quotes) else ()


def test_what_is_quoted_never_stands_on_the_first_screen(project: Path) -> None:
    for file in (project / ".flywheel" / "reports").glob("*/report.json"):
        report = CycleReport.model_validate_json(file.read_bytes())
        first = report.model_copy(update={"sections": ()})
        assert not [one for one in parts(first) if isinstance(one, Words) and one.id is None]
