"""The report as Markdown: no raw HTML, no links; what people wrote stands in code spans, where nothing is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from flywheel.report.cycle_report import (
    Cell,
    Chart,
    Column,
    CycleReport,
    Phrase,
    Quotes,
    Section,
    Sentences,
    Table,
    Words,
    sources,
)
from flywheel.report.explained import kind_name
from flywheel.report.words import cell_text, short, shown, spoken, visible

_MARKUP = re.compile(r"([\\`*_\[\]|~#!$]|:(?=//)|(?<=www)\.|^\s*[-+=]|^\s*\d+(?=[.)]))", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def render_markdown(report: CycleReport) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    lines = [f"# {_phrase(report.headline)}", "", f"{_safe(report.brand)}, {_safe(report.period)}", ""]
    lines += [_phrase(report.turn), ""]
    lines += [f"- **{_safe(line.question)}** {_phrase(line.answer)}" for line in report.glance]
    for section in report.sections:
        lines += ["", *_section(section)]
    return "\n".join([*lines, "", *_sources(report)]) + "\n"


def escaped(words: str) -> str:
    """Return words in which nothing is markup, on one line."""
    return _safe(words)


def _sources(report: CycleReport) -> Iterator[str]:
    yield from (
        "## Where every number comes from",
        "",
        "`flywheel explain ID` shows how, and the rows.",
    )
    yield from ("", "| ID | Number | Value |", "| --- | --- | ---: |")
    for one in sources(report):
        about, value = (kind_name(one.kind), "") if isinstance(one, Words) else (one.label, shown(one, exact=True))
        yield _row([f"`{short(one.id or '')}`", _safe(about), _safe(value)])


def _section(section: Section) -> Iterator[str]:
    yield f"## {_safe(section.title)}"
    yield ""
    yield _phrase(section.finding)
    for block in section.blocks:
        yield ""
        match block:
            case Table():
                yield from _table(block)
            case Chart():
                yield from (f"### {_safe(block.title)}", "", _phrase(block.description), "")
                yield from _table(block.data)
            case Sentences():
                yield from _sentences(block)
            case Quotes():
                yield from _quotes(block)


def _table(table: Table) -> Iterator[str]:
    yield f"**{_safe(table.caption)}**"
    yield ""
    yield _row([_safe(column.name) for column in table.columns])
    yield _row([_rule(column) for column in table.columns])
    for row in table.rows:
        yield _row([_cell(cell) for cell in row])


def _sentences(block: Sentences) -> Iterator[str]:
    if block.title:
        yield from (f"### {_safe(block.title)}", "")
    yield from (f"{'- ' if block.listed else ''}{_phrase(item)}" for item in block.items)


def _quotes(block: Quotes) -> Iterator[str]:
    yield from (f"### {_safe(block.title)}", "", _safe(block.rule), "")
    yield from (
        f"- {_code(one.text)} ({_safe(one.topic)}, {_safe(one.label)}, {_safe(one.language)})" for one in block.items
    )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(column: Column) -> str:
    return "---:" if column.numeric else "---"


def _cell(cell: Cell) -> str:
    return _code(cell.text) if _is_said(cell) else _safe(cell_text(cell))


def _phrase(phrase: Phrase) -> str:
    """Return a phrase; what was said by somebody stands in a code span."""
    return "".join(_code(part.text) if _is_said(part) else _safe(spoken((part,)), strip=False) for part in phrase)


def _is_said(part: Cell) -> TypeGuard[Words]:
    return isinstance(part, Words) and part.id is None


def _safe(words: str, *, strip: bool = True) -> str:
    """Return words with all markup escaped, on one line; the joiner after @ keeps addresses from becoming links."""
    flat = (
        visible(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", f"@{_WORD_JOINER}")
    )
    return _MARKUP.sub(_escaped, flat.strip() if strip else flat)


def _escaped(found: re.Match[str]) -> str:
    if found[0].isdigit():  # "1." at the beginning of a line would be a list
        return f"{found[0]}\\"
    return f"\\{found[0]}"


def _code(words: str) -> str:
    """Return a code span whose fence is longer than any run of back ticks inside."""
    flat = visible(words)
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", flat)), default=0))
    return f"{fence} {flat} {fence}"
