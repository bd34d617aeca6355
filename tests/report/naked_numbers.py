"""Finds numbers that nothing explains: on a page outside any element with a figure's id, in data outside any figure.

Aside stand quotations, dates, the ticks of an axis, ids, and names that hold digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from flywheel.report.cycle_report import Chart, CycleReport, Quotes, Sentences, Table

_VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "line", "circle"}
_ASIDE = {"blockquote", "q", "style", "title", "code"}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?\b|\b\d{{4}}-\d\d-\d\dT[\d:.+]+Z?")


class Page(HTMLParser):
    """A page as it is read: `naked` are texts with numbers that lead nowhere, `shown` the ids that numbers lead to."""

    def __init__(self, page: str, names: Sequence[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.naked: list[str] = []
        self.shown: set[str] = set()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._names = names
        self._open: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        target = given.get("href", "").removeprefix("#f-") if given.get("href", "").startswith("#f-") else ""
        figure = given.get("data-figure") or target or given.get("id", "").removeprefix("f-")
        explained = bool(figure) and ("data-figure" in given or bool(target) or given.get("id", "").startswith("f-"))
        if "data-figure" in given or target:
            self.shown.add(figure)
        self.ids.add(given.get("id", ""))
        if "report.html" in given.get("href", ""):
            self.links.append(given["href"])
        aside = tag in _ASIDE or "tick" in given.get("class", "").split()
        if tag not in _VOID:
            self._open.append((tag, explained or aside))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(covered for _, covered in self._open) and is_naked(data, self._names):
            self.naked.append(" ".join(data.split()))


def is_naked(words: str, names: Sequence[str]) -> bool:
    """Return whether words hold a number that is neither part of a date nor of a name."""
    rest = words
    for name in names:
        rest = re.sub(re.escape(name), "", rest, flags=re.IGNORECASE)
    return bool(re.search(r"\d", _DATE.sub("", rest)))


def naked_in_data(report: CycleReport) -> list[str]:
    """Return the plain words of a report's data that hold a number: in JSON every number is a figure's."""
    return [words for words in _plain(report) if is_naked(words, report.names)]


def _plain(report: CycleReport) -> Iterator[str]:
    phrases = [report.headline, report.turn, *report.alarms, *(line.answer for line in report.glance)]
    yield from (line.question for line in report.glance)
    for section in report.sections:
        yield section.title
        phrases.append(section.finding)
        for block in section.blocks:
            yield from _block(block)
    yield from (part for phrase in phrases for part in phrase if isinstance(part, str))


def _block(block: Table | Chart | Sentences | Quotes) -> Iterator[str]:
    match block:
        case Table():
            yield from (block.caption, *(column.name for column in block.columns))
            yield from (cell for row in block.rows for cell in row if isinstance(cell, str))
        case Chart():
            yield from (block.title, block.left, block.right)
            yield from (part for part in block.description if isinstance(part, str))
            yield from (words for mark in block.marks for words in (mark.label, mark.note))
            yield from _block(block.data)
        case Sentences():
            yield block.title
            yield from (part for phrase in block.items for part in phrase if isinstance(part, str))
        case Quotes():
            yield from (block.title, block.rule, *(one.topic for one in block.items))
