"""The page can be read by everybody: contrast, headings, tables, no network."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from flywheel.report.build import build_report
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render

_WORDS = [(ink, paper) for ink in ("ink", "soft", "ours", "open") for paper in ("page", "card")] + [
    ("ink", "wash"), ("ink", "warn"), ("ink", "mark"), ("ink", "track"), ("good", "card"), ("bad", "card"),
    ("level", "card"),
]  # fmt: skip
_SHAPES = [
    ("bar", "card"),
    ("before", "card"),
    ("peer", "card"),
    ("good", "card"),
    ("bad", "card"),
    ("open", "card"),
    ("ours", "wash"),
]


@pytest.fixture
def page(facts: ReportFacts, templates: tuple[Path, ...]) -> str:
    return render(build_report(facts), ["html"], templates)["report.html"].decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_shapes_stand_out_from_what_is_behind_them(scheme: str, templates: tuple[Path, ...]) -> None:
    colours = _colours((templates[0] / "report.css").read_text(encoding="utf-8"))[scheme]
    assert {pair: _contrast(colours, pair) for pair in _WORDS if _contrast(colours, pair) < 4.5} == {}
    assert {pair: _contrast(colours, pair) for pair in _SHAPES if _contrast(colours, pair) < 3.0} == {}


def test_the_page_asks_for_nothing_from_the_network(page: str) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|<script|<link", page)


def test_headings_never_skip_a_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_scopes(page: str) -> None:
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) > 8
    assert all("<caption" in table and 'scope="col"' in table and 'scope="row"' in table for table in tables)


def test_every_plot_has_a_name_a_description_and_its_data(page: str) -> None:
    plots = re.findall(r'<figure class="plot">.*?</figure>', page, re.DOTALL)
    assert len(plots) == 6
    for plot in plots:
        assert 'role="img"' in plot
        assert re.search(r"<title id=", plot)
        [described_by] = re.findall(r'aria-describedby="([^"]+)"', plot)
        assert f'<figcaption id="{described_by}">' in plot
        assert "<details>" in plot
        assert "<table" in plot


def _colours(css: str) -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{([^}]*)\}", css)
    light, dark = (dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def _contrast(colours: dict[str, str], pair: tuple[str, str]) -> float:
    high, low = sorted((_luminance(colours[name]) for name in pair), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
