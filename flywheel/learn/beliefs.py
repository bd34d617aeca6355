"""What the next cycle believes, in words: a prior from the plays, moved by what the experiments showed."""

from __future__ import annotations

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import LearnedEffect, Learning, Lift
from flywheel.domain.play import Play

_WORTH_SAYING = 0.001


def prior(play: Play) -> LearnedEffect:
    """Return what is believed of a play before anything was learned."""
    return LearnedEffect(play=play.name, mean=play.expected_effect, sd=play.expected_effect_sd)


def learning(play: Play, before: LearnedEffect, after: LearnedEffect, lift: Lift) -> Learning | None:
    """Return what the change of belief says in words; None when it is not worth saying."""
    if abs(after.mean - before.mean) < _WORTH_SAYING and abs(after.sd - before.sd) < _WORTH_SAYING / 2:
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
        f"Of {lift.n_treated} people who got {play.name.replace('_', ' ')}, {lift.treated:.0%} {lift.metric} within "
        f"{play.metric_days:g} days, against {lift.control:.0%} of {lift.n_control} held out: "
        f"{100 * lift.effect:+.0f} points (95 % {100 * lift.low:+.0f} to {100 * lift.high:+.0f}; {lift.verdict}). "
        f"With what was seen of people held out of other plays, its believed effect moves from "
        f"{100 * before.mean:+.1f} to {100 * after.mean:+.1f} points."
    )
