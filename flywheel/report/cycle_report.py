"""The report of a cycle as frozen data: sections of sentences, tables and charts, every figure with an id.

Rendering adds nothing to it: the same data give the same bytes, now and when they are replayed years later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flywheel.domain.record import Moment, Record

Unit = Literal["count", "share", "points", "distance", "number", "score", "days"]
Tone = Literal["good", "bad", "level", "open", "ours", "plain"]


def _rounded(value: float) -> float:
    return round(value, 9) + 0.0  # more digits than anybody reads, few enough to be the same on every machine


Number = Annotated[float, AfterValidator(_rounded)]


class Figure(Record):
    """One number with how it came about; `value` None means: cannot tell.

    Shares, points and distances (points without a sign) are kept as 0..1; a `score` is on a scale that its label names.
    """

    id: str
    label: str
    value: Number | None
    unit: Unit
    n: int | None = None
    low: Number | None = None
    high: Number | None = None
    formula: str
    inputs: tuple[str, ...] = ()


class Words(Record):
    """Words that the report did not write: the statement of a row, or of a figure (`id`); without one, a quotation.

    `kind` is the row's kind ("finding", "learning"), so that the page can say how such things come about.
    """

    text: str
    id: str | None = None
    kind: str = ""


Part = str | Figure | Words
Phrase = tuple[Part, ...]
"""A sentence in parts, so that each number in it can be followed to where it comes from."""

Cell = Part | None


class Column(Record):
    """The head of a column; numbers stand to the right."""

    name: str
    numeric: bool = False


class Table(Record):
    """Rows under a caption; the first cell of each row is its head. `folded` tables open on demand."""

    kind: Literal["table"] = "table"
    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False


class Mark(Record):
    """One row of a chart: a figure, perhaps a second one (before; or the anytime interval), and how to colour it."""

    label: str
    figure: Figure
    second: Figure | None = None
    tone: Tone = "plain"
    note: str = ""


class Chart(Record):
    """A plot: bars with whiskers, bars now and before, intervals around zero, or a trend; `description` tells it."""

    kind: Literal["chart"] = "chart"
    id: str
    shape: Literal["bars", "before and now", "intervals", "trend"]
    title: str
    description: Phrase
    marks: tuple[Mark, ...]
    left: str = ""
    right: str = ""
    data: Table


class Sentences(Record):
    """Sentences, as a list when there are several of a kind."""

    kind: Literal["sentences"] = "sentences"
    title: str = ""
    items: tuple[Phrase, ...]
    listed: bool = False


class Quote(Record):
    """Somebody's own words, redacted; `evidence` is the part that the topic rests on."""

    feedback_id: str
    text: str
    evidence: str
    topic: str
    label: str
    language: str


class Quotes(Record):
    """Quotations under the rule by which they were chosen."""

    kind: Literal["quotes"] = "quotes"
    title: str
    rule: str
    items: tuple[Quote, ...]


Block = Annotated[Table | Chart | Sentences | Quotes, Field(discriminator="kind")]


class Section(Record):
    """One room of the report: what was found, in a sentence, and what it rests on."""

    id: str
    title: str
    finding: Phrase
    blocks: tuple[Block, ...] = ()


class Glance(Record):
    """One line of the first screen: a manager's question and its answer."""

    question: str
    answer: Phrase
    section: str


class IndexLine(Record):
    """What stands of a report in the list of all: its first sentence, and the figures that trends are drawn of."""

    said: Phrase
    mood: Figure | None = None
    helped: Figure | None = None
    changed: Figure | None = None
    proven: Figure | None = None


class CycleReport(Record):
    """The whole report; `headline` is one sentence, and says first what is wrong when something is.

    `alarms` are those that the headline has no room for. `names` are those names (of brands, topics, plays, sources)
    that hold digits: they are no figures.
    """

    version: Literal[2] = 2
    cycle_id: str
    brand: str
    period: str
    as_of: Moment
    mode: Literal["live", "shadow"]
    headline: Phrase
    alarmed: bool = False
    alarms: tuple[Phrase, ...] = ()
    turned: bool
    turn: Phrase
    glance: tuple[Glance, ...]
    sections: tuple[Section, ...]
    line: IndexLine
    names: tuple[str, ...] = ()


def figures(report: CycleReport) -> list[Figure]:
    """Return every figure of a report once, in the order of reading."""
    found: dict[str, Figure] = {}
    for part in parts(report):
        if isinstance(part, Figure):
            found.setdefault(part.id, part)
    return list(found.values())


def sources(report: CycleReport) -> list[Figure | Words]:
    """Return what every number leads to, each once: the figures, then the rows whose statements are cited."""
    drawn = figures(report)
    known = {one.id for one in drawn}
    cited = {part.id: part for part in parts(report) if isinstance(part, Words) and part.id and part.id not in known}
    return [*drawn, *cited.values()]


def parts(report: CycleReport) -> Iterator[Cell]:
    """Yield everything that the report says, part by part, in the order of reading."""
    yield from report.headline
    for phrase in (*report.alarms, report.turn, *(line.answer for line in report.glance)):
        yield from phrase
    for section in report.sections:
        yield from section.finding
        for block in section.blocks:
            yield from _block_parts(block)
    yield from (report.line.mood, report.line.helped, report.line.changed, report.line.proven)


def _block_parts(block: Table | Chart | Sentences | Quotes) -> Iterator[Cell]:
    if isinstance(block, Sentences):
        for phrase in block.items:
            yield from phrase
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row
    elif isinstance(block, Chart):
        yield from block.description
        for mark in block.marks:
            yield from (mark.figure, mark.second)
        yield from _block_parts(block.data)
