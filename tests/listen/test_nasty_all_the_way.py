"""Every text of every encoding and every naughty string goes through a whole turn and comes out as it went in.

What changes on the way is said: normal form C without NUL, redaction, and in a report unseen characters written out.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from homes import Homes
from test_encodings import SAMPLES

from flywheel.assets import folder
from flywheel.domain.redaction import Redaction
from flywheel.listen.redact import redact
from flywheel.report.cycle_report import CycleReport, Quote, Quotes
from flywheel.report.render import render
from flywheel.report.words import visible

NASTY = "11_nasty_input"
UNTIL = datetime(2026, 3, 9, tzinfo=UTC)
PROJECT = """\
brand: {name: Own}
segments: [place]
analyzer: {kind: fast}
topics:
  - {topic: delay, words: {en: [late, delay*]}}
channels:
  - {id: mail, kind: file, folder: outbox}
plays:
  - {name: sorry, tier: complaint, when: label == "negative", channel: mail, template: sorry, mode: live}
people:
  - id: crm
    kind: csv
    path: people.csv
    brand: Own
    columns: {person: no}
    contacts: {mail: mail}
    consents: [{channel: mail, purpose: service, column: ok, at: since}]
sources:
"""
SOURCE = """\
  - id: {id}
    kind: csv
    path: {file}
    encoding: {encoding}
    brand: Own
    columns: {{text: text, external_id: id, person: no, said_at: at}}
    attributes: [place]
"""


class Turned(NamedTuple):
    """What went in, what `v_feedback` shows, what was set aside, and a report in which everything is quoted."""

    given: dict[str, str]
    stored: dict[str, str]
    aside: Counter[str]
    tallies: tuple[Any, ...]
    quoted: list[Quote]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def turned(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Turned:
    project = tmp_path_factory.mktemp("nasty")
    given = dict(_naughty(data_dir))
    samples = {name: (data_dir / NASTY / "encodings" / f"sample-{name}.txt").read_bytes() for name in SAMPLES}
    given |= {name: raw.removeprefix(b"\xef\xbb\xbf").decode(SAMPLES[name]) for name, raw in samples.items()}
    config = PROJECT + SOURCE.format(id="naughty", file="naughty.csv", encoding="utf-8")
    _write(project / "naughty.csv", {name: given[name] for name in given if name not in SAMPLES}, "utf-8")
    for at, name in enumerate(SAMPLES):
        _write(project / f"sample{at}.csv", {name: given[name]}, SAMPLES[name])
        config += SOURCE.format(id=f"sample{at}", file=f"sample{at}.csv", encoding=SAMPLES[name])
    people = [[name, "a@there.example", "yes", "2026-01-01"] for name in given]
    _rows(project / "people.csv", ["no", "mail", "ok", "since"], people, "utf-8")
    (project / "config").mkdir()
    (project / "config" / "project.yaml").write_text(config, encoding="utf-8")
    (project / "templates" / "messages").mkdir(parents=True)
    (project / "templates" / "messages" / "sorry.en.j2").write_text(
        "Subject: Sorry\n\nWe are sorry.\n", encoding="utf-8"
    )
    homes = Homes()
    homes.ready(project)
    result = homes.turn(project, "cycle", UNTIL)
    stored = {row["external_id"]: row["text"] for row in homes.rows(project, "v_feedback")}
    aside = Counter(row["reason"] for row in homes.rows(project, "v_set_aside"))
    report = CycleReport.model_validate_json((Path(str(result.report)).parent / "report.json").read_bytes())
    quoted = [
        Quote(feedback_id=name, text=one, evidence="", topic="t", label="l", language="en")
        for name, one in stored.items()
    ]
    block = Quotes(title="All", rule="All of them.", items=tuple(quoted))
    section = report.sections[0].model_copy(update={"blocks": (block,)})
    whole = report.model_copy(update={"sections": (section,)})
    return Turned(
        given,
        stored,
        aside,
        result.steps,
        quoted,
        render(whole, ("html", "md", "json"), [folder("templates") / "reports"]),
    )


def test_every_step_of_the_turn_dealt_with_them(turned: Turned) -> None:
    assert [(one.step, one.error, one.failed) for one in turned.tallies] == [
        (one.step, None, 0) for one in turned.tallies
    ]
    done = {one.step: one.done for one in turned.tallies}
    assert done["listen"] == len(turned.stored)
    assert done["act"] > 5


def test_each_text_is_in_the_store_as_it_was_or_set_aside_with_its_reason(turned: Turned) -> None:
    silent = [name for name, text in turned.given.items() if not text.strip()]
    assert turned.aside == Counter({"no text and no score": len(silent)})
    wanted = {name: _normal(text) for name, text in turned.given.items() if text.strip()}
    assert {name for name in wanted if turned.stored.get(name) != wanted[name]} == set()
    assert len(turned.stored) == len(wanted) > 500
    changed = [name for name, text in wanted.items() if unicodedata.normalize("NFC", turned.given[name]) != text]
    print(f"{len(wanted)} texts, {len(silent)} set aside, {len(changed)} changed by redaction or NUL: {changed}")
    assert len(changed) < len(wanted) / 50


def test_each_text_is_in_the_report_as_data_as_it_is_in_the_store(turned: Turned) -> None:
    document = json.loads(turned.files["report.json"])
    assert [one["text"] for one in document["sections"][0]["blocks"][0]["items"]] == list(turned.stored.values())


def test_each_text_is_read_in_the_page_and_none_of_them_is_markup(turned: Turned) -> None:
    page = _Page()
    page.feed(turned.files["report.html"].decode())
    assert page.quotes == [visible(text) for text in turned.stored.values()]
    assert page.inside == set()
    assert not {"script", "iframe", "img", "object", "embed", "base", "form"} & set(page.tags)
    assert not {name for name in page.attributes if name.startswith("on")}


def test_each_text_is_read_in_markdown_and_none_of_them_is_markup(turned: Turned) -> None:
    lines = [line for line in turned.files["report.md"].decode().split("\n") if line.startswith("- `")]
    assert len(lines) == len(turned.stored)
    wrong = [line for line, text in zip(lines, turned.stored.values(), strict=True) if _code(line) != visible(text)]
    assert wrong == []


def _naughty(data_dir: Path) -> Iterator[tuple[str, str]]:
    texts = json.loads((data_dir / NASTY / "blns.json").read_text(encoding="utf-8"))
    texts += (data_dir / NASTY / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    yield from ((f"n{at}", text) for at, text in enumerate(texts))


def _normal(text: str) -> str:
    return redact([unicodedata.normalize("NFC", text.replace("\0", ""))], Redaction(), ["Own"])[0]


def _write(file: Path, texts: dict[str, str], encoding: str) -> None:
    rows = [[name, text, name, "2026-03-02", text] for name, text in texts.items()]
    _rows(file, ["id", "text", "no", "at", "place"], rows, encoding)


def _rows(file: Path, header: list[str], rows: list[list[str]], encoding: str) -> None:
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def _code(line: str) -> str:
    """Return what stands in the code span that a line begins with (CommonMark 0.31, 6.1)."""
    fence = line[2:].split(" ", 1)[0]
    inside, ended, _ = line[2 + len(fence) :].partition(f" {fence} (t, l, en)")
    assert set(fence) == {"`"}
    assert ended
    return inside.removeprefix(" ")


class _Page(HTMLParser):
    """Collects the quotations of a page, and every tag and attribute in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.quotes: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.inside: set[str] = set()
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if self._open:
            self.inside.add(tag)
        if tag == "blockquote":
            self.quotes.append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "blockquote"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.quotes[-1] += data
