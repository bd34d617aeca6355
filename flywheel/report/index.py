"""The list of all reports, newest first, with the trends of what matters: each point leads to its own report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from flywheel.domain.record import Record
from flywheel.report.cycle_report import Cell, Chart, Column, Figure, IndexLine, Mark, Table
from flywheel.report.words import day, shown

Trend = Literal["mood", "helped", "changed", "proven"]
_TRENDS: dict[Trend, tuple[str, str]] = {
    "mood": ("Negative share of what our customers write", "Less is better; the thin lines are the intervals."),
    "helped": ("People who were offered help", "Sales offers are not counted."),
    "changed": ("Decisions that came out differently because of what was learned", "None: the wheel did not turn."),
    "proven": ("Plays that surely work", "Against people who were held out, however often one looks."),
}
_FEWEST = 2


class IndexEntry(Record):
    """One report in the list: the day on which its period ended, the folder it lies in, its line."""

    cycle_id: str
    until: str
    folder: str
    line: IndexLine

    def figure(self, trend: Trend) -> Figure | None:
        """Return the figure of a trend, None where there is none for this cycle."""
        return {
            "mood": self.line.mood, "helped": self.line.helped, "changed": self.line.changed,
            "proven": self.line.proven,
        }[trend]  # fmt: skip


class Index(Record):
    """All reports of a brand, newest first, and the trends."""

    brand: str
    entries: tuple[IndexEntry, ...]
    trends: tuple[Chart, ...]


def entry(cycle_id: str, until: datetime, zone: str, folder: str, line: IndexLine) -> IndexEntry:
    """Return a report as it stands in the list."""
    return IndexEntry(cycle_id=cycle_id, until=day(until, zone), folder=folder, line=line)


def make_index(brand: str, entries: Sequence[IndexEntry]) -> Index:
    """Return the list of reports given oldest first; a trend needs two points."""
    trends = [chart for trend in _TRENDS if (chart := _trend(trend, entries)) is not None]
    return Index(brand=brand, entries=tuple(reversed(entries)), trends=tuple(trends))


def _trend(trend: Trend, entries: Sequence[IndexEntry]) -> Chart | None:
    known = [(one.until, figure) for one in entries if (figure := one.figure(trend)) and figure.value is not None]
    if len(known) < _FEWEST:
        return None
    title, how = _TRENDS[trend]
    (first, old), (last, new) = known[0], known[-1]
    rows: tuple[tuple[Cell, ...], ...] = tuple(known)
    data = Table(
        id=f"trend-{trend}-data", caption=title, folded=True, rows=rows,
        columns=(Column(name="Up to"), Column(name="Value", numeric=True)),
    )  # fmt: skip
    told = (f"From {first} to {last}: from ", old, " to ", new, f". {how}")
    marks = tuple(Mark(label=until, figure=figure, tone="ours", note=shown(figure)) for until, figure in known)
    return Chart(id=f"trend-{trend}", shape="trend", title=title, description=told, marks=marks, data=data)
