"""A trial in words and a table: what a manager can read in half a minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flywheel.cli.screen import table
from flywheel.learn.sample_ratio import THRESHOLD
from flywheel.learn.trial_facts import ArmEffect, Kind, Trial
from flywheel.learn.trial_notes import amount

_HEAD = ("arm", "people", "value", "effect", "95 %", "anytime", "relative", "verdict")


def told(trials: Sequence[Trial]) -> Iterator[str]:
    """Yield the lines of all metrics; a note that is true of all of them is said once, at the end."""
    common = [note for note in trials[0].notes if all(note in one.notes for one in trials)]
    for one in trials:
        yield from _metric(one)
        yield from _segments(one)
        yield from (f"- {note}" for note in one.notes if note not in common)
        yield ""
    yield from (f"- {note}" for note in common)


def _metric(one: Trial) -> Iterator[str]:
    unit = "share of people, effects in points" if one.kind == "proportion" else "mean"
    yield f"{one.metric} ({unit})"
    yield ""
    control = (one.control.arm, one.control.n, _value(one.control.value, one.kind), "control", "", "", "", "")
    yield from table(_HEAD, [control, *(_row(arm, one.kind) for arm in one.arms)])
    yield ""
    yield from (_sentence(arm, one.kind) for arm in one.arms)
    fits = "fit" if one.sample_ratio_p >= THRESHOLD else "do NOT fit"
    yield f"The sizes of the arms {fits} the plan (sample-ratio check: p {one.sample_ratio_p:.2g})."


def _row(arm: ArmEffect, kind: Kind) -> tuple[object, ...]:
    return (
        arm.arm, arm.n, _value(arm.value, kind), _number(arm.effect, kind), _span(arm.low, arm.high, kind),
        _span(arm.anytime_low, arm.anytime_high, kind), _relative(arm), arm.verdict or "no verdict",
    )  # fmt: skip


def _sentence(arm: ArmEffect, kind: Kind) -> str:
    if arm.verdict is None:
        return f"{arm.arm}: a difference, not an effect."
    said = f"{arm.arm}: {arm.verdict} ({arm.reason})."
    if arm.seen_with is None:
        return said
    return f"{said} So many people would have shown {amount(arm.seen_with, kind, signed=False)} or more, 4 times of 5."


def _segments(one: Trial) -> Iterator[str]:
    if one.segments:
        yield ""
        yield "By segment, drawn towards the common mean:"
        rows = [
            (
                part.segment, part.value, part.arm, part.n + part.n_control, _number(part.measured, one.kind),
                _number(part.effect, one.kind), _span(part.low, part.high, one.kind),
            )
            for part in one.segments
        ]  # fmt: skip
        yield from table(("segment", "value", "arm", "people", "measured", "effect", "95 %"), rows)
        yield ""


def _value(value: float, kind: Kind) -> str:
    return f"{100 * value:.2f} %" if kind == "proportion" else f"{value:.4g}"


def _number(value: float, kind: Kind) -> str:
    return f"{100 * value:+.2f}" if kind == "proportion" else f"{value:+.4g}"


def _span(low: float | None, high: float | None, kind: Kind) -> str:
    return "-" if low is None or high is None else f"{_number(low, kind)} to {_number(high, kind)}"


def _relative(arm: ArmEffect) -> str:
    if arm.relative is None or arm.relative_low is None or arm.relative_high is None:
        return "-"
    return f"{arm.relative:+.0%} ({arm.relative_low:+.0%} to {arm.relative_high:+.0%})"
