"""Charts as inline SVG in one style: bars with whiskers, bars now and before, intervals around zero."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from markupsafe import Markup

from flywheel.report.charts_trend import TREND_HEIGHT, draw_trend
from flywheel.report.cycle_report import Chart, Figure, Mark
from flywheel.report.svg import WIDTH, bar, dot, line, picture, shortened, text, whisker
from flywheel.report.words import MINUS, THIN_SPACE, short, shown

_ROW = 46
_TALL_ROW = 60
_TOP = 6
_FOOT = 40
_LABEL = 26  # letters beside a value that fit on a phone
_WIDE_LABEL = 44
_MIDDLE = WIDTH / 2
_HALF = WIDTH / 2 - 12


def draw(chart: Chart) -> Markup:
    """Return the drawing of a chart."""
    ways = {"bars": _bars, "before and now": _before_and_now, "intervals": _intervals, "trend": draw_trend}
    rows = len(chart.marks)
    heights = {"intervals": _TALL_ROW * rows + _FOOT, "trend": TREND_HEIGHT}
    return picture(
        chart.id, chart.title, "", _TOP + heights.get(chart.shape, _ROW * rows + 4), list(ways[chart.shape](chart))
    )


def _bars(chart: Chart) -> Iterator[Markup]:
    full = _full([mark.figure for mark in chart.marks])
    for at, mark in enumerate(chart.marks):
        y = _TOP + at * _ROW
        n = "" if mark.figure.n is None else f"  n={mark.figure.n:,}"
        yield text(0, y + 14, shortened(_named(mark), _LABEL), css="label strong" if mark.tone == "ours" else "label")
        yield text(WIDTH, y + 14, shown(mark.figure) + n, css="value", anchor="end", of=short(mark.figure.id))
        yield bar(0, y + 22, WIDTH, 12, "track")
        if mark.figure.value is not None:
            yield bar(0, y + 22, WIDTH * mark.figure.value / full, 12, f"fill {mark.tone}")
        if mark.figure.low is not None and mark.figure.high is not None:
            yield whisker(WIDTH * mark.figure.low / full, min(WIDTH * mark.figure.high / full, WIDTH - 1), y + 28)


def _before_and_now(chart: Chart) -> Iterator[Markup]:
    full = _full([figure for mark in chart.marks for figure in (mark.figure, mark.second) if figure is not None])
    for at, mark in enumerate(chart.marks):
        y = _TOP + at * _ROW
        before = "" if mark.second is None else f" (before {shown(mark.second)})"
        yield text(0, y + 14, shortened(mark.label, _LABEL), css="label")
        yield text(WIDTH, y + 14, shown(mark.figure) + before, css="value", anchor="end", of=short(mark.figure.id))
        if mark.figure.value is not None:
            yield bar(0, y + 20, WIDTH * mark.figure.value / full, 9, "fill ours")
        if mark.figure.low is not None and mark.figure.high is not None:
            yield whisker(WIDTH * mark.figure.low / full, min(WIDTH * mark.figure.high / full, WIDTH - 1), y + 24.5)
        if mark.second is not None and mark.second.value is not None:
            yield bar(0, y + 31, WIDTH * mark.second.value / full, 6, "fill before")


def _intervals(chart: Chart) -> Iterator[Markup]:
    reach = _reach(chart)
    row = _TALL_ROW
    bottom = _TOP + row * len(chart.marks)
    yield text(0, bottom + 14, f"{MINUS}{_tick(chart, reach)}", css="tick")
    yield text(_MIDDLE, bottom + 14, "0", css="tick", anchor="middle")
    yield text(WIDTH, bottom + 14, f"+{_tick(chart, reach)}", css="tick", anchor="end")
    yield text(0, bottom + 32, f"\u2190 {chart.left}", css="tick")
    yield text(WIDTH, bottom + 32, f"{chart.right} \u2192", css="tick", anchor="end")
    for at, mark in enumerate(chart.marks):
        yield from _interval(mark, _TOP + at * row, reach)


def _interval(mark: Mark, y: float, reach: float) -> Iterator[Markup]:
    yield text(0, y + 14, shortened(mark.label, _WIDE_LABEL), css="label halo")
    yield text(0, y + 31, shown(mark.figure, exact=True), css="value halo", of=short(mark.figure.id))
    yield text(WIDTH, y + 31, f"{_sign(mark)} {mark.note}", css=f"verdict {mark.tone} halo", anchor="end")
    yield line(_MIDDLE, y + 37, _MIDDLE, y + 53, "zero")
    second = mark.second
    if second is not None and second.low is not None and second.high is not None:
        yield whisker(_x(second.low, reach), _x(second.high, reach), y + 45, "thin")
    if mark.figure.low is not None and mark.figure.high is not None:
        yield line(_x(mark.figure.low, reach), y + 45, _x(mark.figure.high, reach), y + 45, f"range {mark.tone}")
    if mark.figure.value is not None:
        yield dot(_x(mark.figure.value, reach), y + 45, f"dot {mark.tone}")


def _named(mark: Mark) -> str:
    return f"{mark.label} ({mark.note})" if mark.note else mark.label


def _sign(mark: Mark) -> str:
    # never by colour alone
    return {"good": "\u25b2", "bad": "\u25bc", "level": "="}.get(mark.tone, "?")


def _x(value: float, reach: float) -> float:
    return _MIDDLE + _HALF * max(-1.0, min(1.0, value / reach))


def _reach(chart: Chart) -> float:
    """Return how far the axis goes to either side: a round number that all intervals fit into."""
    shown_figures = [figure for mark in chart.marks for figure in (mark.figure, mark.second) if figure is not None]
    ends = [abs(end) for one in shown_figures for end in (one.value, one.low, one.high) if end is not None]
    widest = max((*ends, 0.01))
    step = 0.05 if widest > 0.05 else 0.01
    return ceil(round(widest / step, 6)) * step if _is_points(chart) else ceil(widest)


def _tick(chart: Chart, reach: float) -> str:
    return f"{100 * reach:.0f}{THIN_SPACE}points" if _is_points(chart) else f"{reach:g}"


def _is_points(chart: Chart) -> bool:
    return all(mark.figure.unit == "points" for mark in chart.marks)


def _full(shares: list[Figure]) -> float:
    """Return the share at which a bar is full: a tenth above the highest whisker, at most all."""
    highest = max((one.high or one.value or 0.0 for one in shares), default=0.0)
    return min(max(ceil(round(10 * highest, 6)) / 10, 0.1), 1.0)
