"""The effects of a trial as one self-contained drawing: dots with both intervals beside the line of no effect."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from flywheel.learn.trial_facts import ArmEffect, Trial
from flywheel.learn.trial_notes import amount
from flywheel.report import svg

_STYLE = Markup(
    "<style>.chart{background:#fff;font:11px system-ui,sans-serif;max-width:60em}text{fill:#222}.soft{fill:#666}"
    ".zero{stroke:#888;stroke-dasharray:3 3}.whisker{stroke:#1f4e79;stroke-width:2}.anytime{stroke:#9db8d2}"
    ".dot{fill:#1f4e79}.works{fill:#1b7f3b}.harms{fill:#b3261e}</style>"
)
_LEFT, _RIGHT, _TOP, _ROW = 8.0, svg.WIDTH - 8.0, 20.0, 38.0


def drawn(trials: Sequence[Trial], *, html: bool) -> str:
    """Return the drawing of all metrics, one below the other, as one SVG, or as a page of them."""
    pictures = [_picture(one, place) for place, one in enumerate(trials)]
    if html:
        title = Markup("<!doctype html><html lang=en><meta charset=utf-8><title>Trial</title>{}{}</html>\n")
        return str(title.format(_STYLE, Markup("\n").join(pictures)))
    heights = [_height(one) for one in trials]
    inner = [
        Markup('<svg y="{}" height="{}">{}</svg>').format(sum(heights[:place]), height, Markup("").join(_shapes(one)))
        for place, (one, height) in enumerate(zip(trials, heights, strict=True))
    ]
    words = "; ".join(_words(one) for one in trials)
    whole = svg.picture("trial", "Effects of a trial", words, sum(heights), [_STYLE, *inner])
    return str(whole).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def _picture(one: Trial, place: int) -> Markup:
    return svg.picture(f"trial-{place}", f"Effects on {one.metric}", _words(one), _height(one), _shapes(one))


def _words(one: Trial) -> str:
    arms = (f"{arm.arm} {amount(arm.effect, one.kind)}, {arm.verdict or 'no verdict'}" for arm in one.arms)
    return f"{one.metric}: {', '.join(arms)}"


def _height(one: Trial) -> float:
    return _TOP + _ROW * len(one.arms) + 40


def _shapes(one: Trial) -> list[Markup]:
    spans = [_reach(arm) for arm in one.arms]
    low, high = min(0.0, *(span[0] for span in spans)), max(0.0, *(span[1] for span in spans))
    room = (high - low) or 1.0

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / room

    shapes = [
        svg.text(_LEFT, 13, svg.shortened(f"{one.metric}, against {one.control.arm}", 46)),
        svg.line(x(0), _TOP, x(0), _TOP + _ROW * len(one.arms), "zero"),
    ]
    for place, arm in enumerate(one.arms):
        y = _TOP + _ROW * place
        name = f"{arm.arm}: {amount(arm.effect, one.kind)}, {arm.verdict or 'no verdict'}"
        shapes.append(svg.text(_LEFT + 5, y + 14, svg.shortened(name, 50)))
        if arm.anytime_low is not None and arm.anytime_high is not None:
            shapes.append(svg.whisker(x(arm.anytime_low), x(arm.anytime_high), y + 26, "whisker anytime"))
        if arm.low is not None and arm.high is not None:
            shapes.append(svg.whisker(x(arm.low), x(arm.high), y + 26))
        shapes.append(svg.dot(x(arm.effect), y + 26, f"dot {arm.verdict or ''}"))
    foot = _TOP + _ROW * len(one.arms) + 12
    shapes.append(svg.text(x(0), foot, "0", css="soft", anchor="start" if x(0) < svg.WIDTH / 2 else "end"))
    shapes.append(svg.text(_LEFT, foot + 15, "dark 95 %, light 95 % at every look", css="soft"))
    return shapes


def _reach(arm: ArmEffect) -> tuple[float, float]:
    ends = [end for end in (arm.low, arm.high, arm.anytime_low, arm.anytime_high) if end is not None]
    return min([arm.effect, *ends]), max([arm.effect, *ends])
