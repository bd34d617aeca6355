"""A trend as inline SVG: one point for each cycle with its interval, the first and the last written out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from flywheel.report.cycle_report import Chart, Figure, Mark
from flywheel.report.svg import WIDTH, Anchor, dot, line, text
from flywheel.report.words import short, shown

TREND_HEIGHT = 128
_TOP, _BOTTOM, _SIDE = 26.0, 104.0, 8.0


def draw_trend(chart: Chart) -> Iterator[Markup]:
    """Yield the shapes of a trend; it begins at zero, so that a small change looks small."""
    highest = max((_upper(mark.figure) for mark in chart.marks), default=0.0) or 1.0
    places = [(_x(at, len(chart.marks)), mark) for at, mark in enumerate(chart.marks)]
    yield line(0, _BOTTOM, WIDTH, _BOTTOM, "axis")
    for (x1, one), (x2, other) in pairwise(places):
        yield line(x1, _y(one.figure.value, highest), x2, _y(other.figure.value, highest), "course")
    for x, mark in places:
        figure = mark.figure
        if figure.low is not None and figure.high is not None:
            yield line(x, _y(figure.low, highest), x, _y(figure.high, highest), "thin")
        yield dot(x, _y(figure.value, highest), f"dot {mark.tone}")
    yield from _written(chart.marks[0], 0, "start")
    if len(chart.marks) > 1:
        yield from _written(chart.marks[-1], WIDTH, "end")


def _written(mark: Mark, x: float, side: Anchor) -> Iterator[Markup]:
    yield text(x, 14, shown(mark.figure), css="value", anchor=side, of=short(mark.figure.id))
    yield text(x, _BOTTOM + 18, mark.label, css="tick", anchor=side)


def _upper(figure: Figure) -> float:
    return max(figure.high or 0.0, figure.value or 0.0)


def _x(at: int, n: int) -> float:
    return _SIDE + (WIDTH - 2 * _SIDE) * (at / (n - 1) if n > 1 else 0.5)


def _y(value: float | None, highest: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (value or 0.0) / highest
