"""From lifts to what the next cycle believes: a prior from the plays, moved by what the experiments showed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import LearnedEffect, Learning, Lift
from flywheel.domain.play import Play
from flywheel.domain.trial import ArmCount
from flywheel.learn.effects import standard_error

_WORTH_SAYING = 0.001


def prior(play: Play) -> LearnedEffect:
    """Return what is believed of a play before anything was learned."""
    return LearnedEffect(play=play.name, mean=play.expected_effect, sd=play.expected_effect_sd)


def updated(play: Play, arms: Sequence[ArmCount]) -> LearnedEffect | None:
    """Return the believed effect after all that was seen, from the prior on; None where nothing can be seen yet.

    Normal prior, normal likelihood: precisions add up (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.11-2.12).
    All data is counted once, from the play's own prior: learning again from the same data changes nothing.
    """
    precision, weighted = play.expected_effect_sd**-2, play.expected_effect * play.expected_effect_sd**-2
    seen = False
    for variant in {one.variant for one in arms}:
        treated = next((one for one in arms if one.variant == variant and one.arm == "default" and one.n), None)
        control = next((one for one in arms if one.variant == variant and one.arm == "holdout" and one.n), None)
        if treated is None or control is None:
            continue
        seen = True
        weight = standard_error(treated, control) ** -2
        precision += weight
        weighted += weight * (treated.successes / treated.n - control.successes / control.n)
    return LearnedEffect(play=play.name, mean=weighted / precision, sd=1 / sqrt(precision)) if seen else None


def learning(play: Play, before: LearnedEffect, after: LearnedEffect, lift: Lift) -> Learning | None:
    """Return what the change of belief says in words; None when it is not worth saying."""
    if abs(after.mean - before.mean) < _WORTH_SAYING:
        return None
    change = "is believed in more" if after.mean > before.mean else "is believed in less"
    if after.mean <= 0:
        change = "is not done any more where something else, or silence, is better"
    return Learning(
        id=content_id("learning", lift.cycle_id, f"play:{play.name}"), cycle_id=lift.cycle_id,
        subject=f"play:{play.name}", statement=_statement(play, lift, before, after), effect=lift.effect, low=lift.low,
        high=lift.high, n=lift.n_treated + lift.n_control, change=f"{play.name} {change}", before=before.mean,
        after=after.mean,
    )  # fmt: skip


def _statement(play: Play, lift: Lift, before: LearnedEffect, after: LearnedEffect) -> str:
    return (
        f"Of {lift.n_treated} people who got {play.name}, {lift.treated:.0%} {lift.metric} within "
        f"{play.metric_days:g} days, against {lift.control:.0%} of {lift.n_control} held out: "
        f"{100 * lift.effect:+.0f} points (95 % {100 * lift.low:+.0f} to {100 * lift.high:+.0f}; {lift.verdict}). "
        f"Its believed effect moves from {100 * before.mean:+.1f} to {100 * after.mean:+.1f} points."
    )
