"""Feedback is hostile input: in every field of every record it is shown as text, and does nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from flywheel.report.build import build_report
from flywheel.report.facts import ReportFacts
from flywheel.report.render import render

_FIXED = {
    "flow", "mode", "voice", "unit", "verdict", "basis", "status", "tier", "arm", "ruling", "zone", "approval",
    "socket", "kind", "state", "id", "cycle_id", "question",
}  # fmt: skip
_PAYLOADS = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}{# gone #}${7*7}",
    "</style></title></textarea><svg onload=alert(1)><a href=javascript:alert(1)>",
    "[click](javascript:alert(1)) ![x](http://evil.test/x.png) <http://evil.test> www.evil.test `` ` ``` a@evil.test",
    "\u202egnirts desrever\u2066\u200f\x00\x07\x1b[31m\u2028## head | cell\n\n# head",
    "https://evil.test/&lt;script&gt; -- --> ]]> <!-- &amp; &#x3C;b&#x3E;",
)


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def planted(facts: ReportFacts, payload: str) -> ReportFacts:
    return ReportFacts.model_validate(_planted(facts.model_dump(), payload))


def _planted(value: Any, payload: str, name: str = "") -> Any:
    if isinstance(value, dict):
        free = name in ("reasons", "deliveries", "withheld", "set_aside", "drivers", "thanks", "words")
        return {f"{payload}{key}" if free else key: _planted(one, payload, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_planted(one, payload, name) for one in value)
    return f"{payload}{value}" if isinstance(value, str) and name not in _FIXED else value


@pytest.fixture(params=_PAYLOADS, ids=[f"payload-{at}" for at in range(len(_PAYLOADS))])
def files(request: pytest.FixtureRequest, facts: ReportFacts, templates: tuple[Path, ...]) -> dict[str, str]:
    ours = {name: facts.model_dump()[name] for name in ("plays", "maturity")}  # their names are checked elsewhere
    hostile = planted(facts.model_copy(update={"plays": (), "maturity": ()}), request.param)
    given = ReportFacts.model_validate(hostile.model_dump() | ours)
    made = render(build_report(given), ("html", "md", "json"), templates)
    return {name: content.decode() for name, content in made.items()} | {"payload": request.param}


def test_nothing_on_the_page_can_act(files: dict[str, str]) -> None:
    page = _Page(files["report.html"])
    assert not {"script", "img", "iframe", "object", "embed", "link", "form", "input", "base"} & set(page.tags)
    assert page.tags.count("style") == page.tags.count("html") == page.tags.count("main") == 1
    assert not [
        name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "action", "style")
    ]
    assert all(value.startswith("#") for name, value in page.attributes if name in ("href", "xlink:href"))


def test_the_page_shows_the_words_as_they_are(files: dict[str, str]) -> None:
    shown = " ".join("".join(_Page(files["report.html"]).words).split())
    asked = files["payload"].replace("\u202e", "[U+202E]").replace("\u2066", "[U+2066]").replace("\u200f", "[U+200F]")
    for sign in "\x00\x07\x1b\u2028":
        asked = asked.replace(sign, f"[U+{ord(sign):04X}]")
    assert " ".join(asked.split()) in shown


def test_no_unseen_sign_reaches_page_or_markdown(files: dict[str, str]) -> None:
    for name in ("report.html", "report.md"):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u2028-\u202e\u2066-\u2069]", files[name])


def test_ids_on_the_page_are_unique_and_every_link_arrives(files: dict[str, str]) -> None:
    attributes = _Page(files["report.html"]).attributes
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in attributes if name == "href"} <= set(ids)
    assert {f"f-{value}" for name, value in attributes if name == "data-figure"} <= set(ids)
    labels = [
        one for name, value in attributes if name in ("aria-labelledby", "aria-describedby") for one in value.split()
    ]
    assert set(labels) <= set(ids)


def test_markdown_holds_neither_markup_nor_links_from_feedback(files: dict[str, str]) -> None:
    plain = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", files["report.md"])  # code spans are shown as they are
    assert "<" not in plain
    assert not re.search(r"(?<!\\)[\[\]]", plain)
    assert not re.search(r"(?<!\\)`", plain)
    assert not re.search(r"https?://|www\.", plain)
    assert not re.search(r"@\w", plain)
    assert [line for line in plain.splitlines() if line.startswith("# ")] == plain.splitlines()[:1]
