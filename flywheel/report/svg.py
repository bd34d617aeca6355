"""The few SVG shapes that our charts are made of; every text is escaped, colours come from the page's variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from markupsafe import Markup

from flywheel.report.words import visible

WIDTH = 320
"""Units of width: about one CSS pixel each on a phone, so that 13 units of text are readable there."""

Anchor = Literal["start", "middle", "end"]


def text(x: float, y: float, words: str, *, css: str = "", anchor: Anchor = "start", of: str = "") -> Markup:
    """Return words at a place, as text that can be searched and copied; `of` is the id of the figure they tell."""
    figure = Markup(' data-figure="{}"').format(of) if of else Markup("")
    return Markup('<text x="{}" y="{}" class="{}" text-anchor="{}"{}>{}</text>').format(
        _n(x), _n(y), css, anchor, figure, visible(words)
    )


def bar(x: float, y: float, width: float, height: float, css: str) -> Markup:
    """Return a bar; one of no length is still seen."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>').format(
        _n(x), _n(y), _n(max(width, 1)), _n(height), css
    )


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """Return a straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(_n(x1), _n(y1), _n(x2), _n(y2), css)


def dot(x: float, y: float, css: str) -> Markup:
    """Return the dot of a value."""
    return Markup('<circle cx="{}" cy="{}" r="5" class="{}"/>').format(_n(x), _n(y), css)


def whisker(low: float, high: float, y: float, css: str = "whisker") -> Markup:
    """Return an interval with its two ends."""
    ends = (line(end, y - 4, end, y + 4, css) for end in (low, high))
    return Markup("").join((line(low, y, high, y, css), *ends))


def picture(chart_id: str, title: str, description: str, height: float, shapes: Iterable[Markup]) -> Markup:
    """Return the whole drawing with its name and description; without one, `CHART-d` on the page describes it."""
    said = Markup('<desc id="{}-d">{}</desc>').format(chart_id, visible(description)) if description else Markup("")
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-t" aria-describedby="{}-d">'
        '<title id="{}-t">{}</title>{}{}</svg>'
    ).format(
        WIDTH, _n(height), chart_id, chart_id, chart_id, visible(title), said, Markup("\n").join(shapes)
    )  # fmt: skip


def shortened(words: str, room: int) -> str:
    """Return the words cut to the room there is; the table beside the chart has them whole."""
    seen = visible(words)
    return seen if len(seen) <= room else seen[: room - 1].rstrip() + "…"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
