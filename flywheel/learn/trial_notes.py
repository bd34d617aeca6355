"""What must be said beside the figures of a trial, so that nobody reads more into them than is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from flywheel.learn.sample_ratio import THRESHOLD
from flywheel.learn.tails import bootstrap, tails
from flywheel.learn.trial_columns import Column, beside
from flywheel.learn.trial_facts import ArmEffect, Kind, TrialData, TrialPlan

_ALPHA = 0.05
_FEWEST = 100
"""Of fewer people the top 1 % is less than a person: nothing is said of tails."""


class Told(NamedTuple):
    """All that the notes of one metric are made from."""

    data: TrialData
    plan: TrialPlan
    column: Column
    arms: list[ArmEffect]
    ratio_p: float
    differ: dict[tuple[str, str], float]


def notes(told: Told) -> list[str]:
    """Return the notes, the gravest first."""
    return [*_trust(told), *_units(told), *_missing(told), *_many(told), *_method(told), *_segments(told)]


def amount(value: float, kind: Kind, *, signed: bool = True) -> str:
    """Return an effect in words: points for a share, the metric's own unit for a mean."""
    sign = "+" if signed else ""
    return f"{100 * value:{sign}.2f} points" if kind == "proportion" else f"{value:{sign}.4g}"


def _trust(told: Told) -> Iterator[str]:
    if not told.plan.randomised and told.data.propensity is None:
        yield (
            "No verdict: nobody said that chance alone decided who got what, so the arms may have differed before. If "
            "it did, say --randomised, or name the column of logged chances with --propensity."
        )
    if told.ratio_p < THRESHOLD:
        yield (
            f"The sizes of the arms do not fit the planned shares (p {told.ratio_p:.2g}): people are missing or were "
            "moved. Find out who, before anything is believed. If the arms were meant so, say --share ARM=SHARE."
        )


def _units(told: Told) -> Iterator[str]:
    again, unit = told.data.repeated, told.data.unit
    if again is not None:
        yield (
            f"{again.rows:,} rows have a {again.column!r} that an earlier row has, and count as people of their own. "
            f"If they are one person's, the intervals are too narrow: say --unit {again.column}."
        )
    if unit is not None:
        yield f"Each {unit!r} counts once, with the mean of its rows: people here are {unit!r}s."


def _missing(told: Told) -> Iterator[str]:
    for reason, count in told.data.left_out.items():
        yield f"Rows left out: {count:,}, because {reason}."
    metric = told.column.metric
    if metric.empty or metric.unreadable:
        yield (
            f"{metric.name}: empty cells {metric.empty:,}, cells that cannot be read {metric.unreadable:,}; these "
            "people are left out of this metric."
        )


def _many(told: Told) -> Iterator[str]:
    comparisons = len(told.arms) * len(told.data.metrics)
    if comparisons < 2 or told.arms[0].verdict is None or told.ratio_p < THRESHOLD:
        return
    lost = [one.arm for one in told.arms if one.p < _ALPHA <= one.p_holm]
    held = f" it no longer holds for {', '.join(map(repr, lost))}" if lost else " what is said here holds"
    yield (
        f"{comparisons} comparisons (arms: {len(told.arms)}, metrics: {len(told.data.metrics)}), each with its own "
        f"95 % interval; with Holm's correction for all of them{held}."
    )
    yield from _best(told)


def _best(told: Told) -> Iterator[str]:
    """Name the best arm only if it beats each other one that works, corrected for how many those are."""
    working = sorted((one for one in told.arms if one.verdict == "works"), key=lambda one: -one.effect)
    if len(working) < 2 or any(one.p_holm >= _ALPHA for one in working[:1]):
        return
    names, first = told.data.arms.names, working[0]
    rivals = [
        (one, beside(told.column, names.index(first.arm), names.index(one.arm), told.plan.tuned_to))
        for one in working[1:]
    ]
    if max(rival.p for _, rival in rivals) * len(rivals) >= _ALPHA:
        yield f"{first.arm!r} has the largest effect, but nobody can tell it from the next."
        return
    one, next_best = rivals[0]
    low, high = next_best.fixed or (next_best.effect, next_best.effect)
    kind = told.column.metric.kind
    yield (
        f"{first.arm!r} is the best: {amount(next_best.effect, kind)} more than {one.arm!r} "
        f"(95 % {amount(low, kind)} to {amount(high, kind)})."
    )


def _method(told: Told) -> Iterator[str]:
    column, plan = told.column, told.plan
    how = "Newcombe's" if column.is_counted else "Welch's"
    yield (
        f"The 95 % interval ({how}) is for one look at the finished trial. The anytime interval (asymptotic confidence "
        f"sequence, tuned to {plan.tuned_to:,} people) holds however often one looked."
    )
    if column.propensity is not None:
        yield "People are weighted with 1 / propensity."
    if column.explained is not None:
        yield f"CUPED: the time before explains {column.explained:.0%} of the variance and was taken out."
    if column.metric.kind == "mean":
        yield from _tails(told)


def _tails(told: Told) -> Iterator[str]:
    values = told.column.metric.values[told.column.rows]
    tail = tails(values)
    if any(one.low is None for one in told.arms):
        yield "Some arms have too few values other than zero for an interval: none is given."
    if len(values) < _FEWEST or not tail.heavy:
        return
    said = (
        f"Heavy tail: the top 1 % of the people carry {tail.top_share:.0%} of the sum, kurtosis {tail.kurtosis:,.0f}."
    )
    if told.column.propensity is not None or told.column.explained is not None:
        yield said
        return
    dice, names = np.random.default_rng(told.plan.seed), told.data.arms.names
    spans = []
    for one in told.arms:
        low, high = bootstrap(
            told.column.of(names.index(one.arm)), told.column.of(names.index(told.plan.control)), dice
        )
        spans.append(f"{one.arm!r} {low:+.4g} to {high:+.4g}")
    yield f"{said} A second opinion, 2,000 bootstrap draws with seed {told.plan.seed}: {', '.join(spans)}."


def _segments(told: Told) -> Iterator[str]:
    if not told.differ:
        return
    yield "Segments are drawn towards their common mean (partial pooling); they are no list of winners."
    corrected = min(1.0, min(told.differ.values()) * len(told.differ))
    (segment, arm), _ = min(told.differ.items(), key=lambda item: item[1])
    if corrected < _ALPHA:
        yield f"{arm!r} works differently in different {segment!r}, by more than chance (p {corrected:.2g}, corrected)."
    else:
        yield f"No sign that the effect differs between segments (smallest p {corrected:.2g}, corrected)."
