"""The report of a cycle as frozen data: sections of sentences, tables and charts, every figure with an id.

Rendering adds nothing to it: the same data give the same bytes, now and when they are replayed years later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from flywheel.domain.record import Moment, Record

Unit = Literal["count", "share", "points", "distance", "number"]
Tone = Literal["good", "bad", "level", "open", "ours", "plain"]


def _rounded(value: float) -> float:
    return round(value, 9) + 0.0  # more digits than anybody reads, few enough to be the same on every machine


Number = Annotated[float, AfterValidator(_rounded)]


class Figure(Record):
    """One number with how it came about; `value` None means: cannot tell.

    Shares, points and distances (points without a sign) are kept as 0..1.
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


Phrase = tuple[str | Figure, ...]
"""A sentence in parts, so that each number in it can be followed to where it comes from."""

Cell = str | Figure | None


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
    """A plot: bars with whiskers, bars now and before, or intervals around zero; `description` says what it shows."""

    kind: Literal["chart"] = "chart"
    id: str
    shape: Literal["bars", "before and now", "intervals"]
    title: str
    description: str
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


class CycleReport(Record):
    """The whole report; `headline` is one sentence, and says first what is wrong when something is."""

    version: Literal[1] = 1
    cycle_id: str
    brand: str
    period: str
    as_of: Moment
    mode: Literal["live", "shadow"]
    headline: str
    alarms: tuple[Phrase, ...] = ()
    turned: bool
    turn: Phrase
    glance: tuple[Glance, ...]
    sections: tuple[Section, ...]


def figures(report: CycleReport) -> list[Figure]:
    """Return every figure of a report once, in the order of reading."""
    found: dict[str, Figure] = {}
    for part in _parts(report):
        if isinstance(part, Figure):
            found.setdefault(part.id, part)
    return list(found.values())


def _parts(report: CycleReport) -> Iterator[Cell]:
    for phrase in (*report.alarms, report.turn, *(line.answer for line in report.glance)):
        yield from phrase
    for section in report.sections:
        yield from section.finding
        for block in section.blocks:
            yield from _block_parts(block)


def _block_parts(block: Table | Chart | Sentences | Quotes) -> Iterator[Cell]:
    if isinstance(block, Sentences):
        for phrase in block.items:
            yield from phrase
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row
    elif isinstance(block, Chart):
        for mark in block.marks:
            yield from (mark.figure, mark.second)
        yield from _block_parts(block.data)
