"""Figures in the words of a sentence: 62 %, +3.1 points, 4.02."""

from __future__ import annotations

from flywheel.domain.standing import MeasureUnit

_MINUS = "\u2212"


def figure(value: float, unit: MeasureUnit, *, signed: bool = False) -> str:
    """Return a figure as people write it; a signed share is a difference and so in points."""
    if unit == "share":
        text = f"{100 * value:+.1f} points" if signed else f"{100 * value:.1f} %"
    elif unit == "points":
        text = f"{value:+.1f}"
        text = f"{text} points" if signed else text
    else:
        text = f"{value:+.2f}" if signed else f"{value:.2f}"
    return text.replace("-", _MINUS)


def amount(change: float, unit: MeasureUnit) -> str:
    """Return how far something went and which way: "up 3.1 points"."""
    way = "up" if change > 0 else "down" if change < 0 else "by"
    return f"{way} {figure(abs(change), unit, signed=True).lstrip('+')}"


def listed(words: list[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
