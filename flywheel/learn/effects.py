"""What a play changed: a difference of shares with a fixed-n and an anytime-valid interval, and its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from flywheel.domain.ids import content_id
from flywheel.domain.intervals import newcombe
from flywheel.domain.outcome import EffectVerdict, Lift
from flywheel.domain.record import Record
from flywheel.domain.trial import ArmCount

ALPHA = 0.05


class EffectRules(Record):
    """When an effect may be called one: margin worth having, least arm, the n the anytime interval is tuned to."""

    margin: float
    min_arm: int
    anytime_n: int


def lifts(play: str, metric: str, arms: Sequence[ArmCount], rules: EffectRules, cycle_id: str) -> list[Lift]:
    """Return the lift of each variant of a play over its holdout; a variant without one of both arms has none yet."""
    found = []
    for variant in sorted({one.variant for one in arms}):
        treated = next((one for one in arms if one.variant == variant and one.arm == "default"), None)
        control = next((one for one in arms if one.variant == variant and one.arm == "holdout"), None)
        if treated and control and treated.n and control.n:
            found.append(_lift(play, metric, treated, control, rules, cycle_id))
    return found


def anytime_half_width(standard_error: float, n: int, tuned_to: int, alpha: float = ALPHA) -> float:
    """Return the half-width of an asymptotic confidence sequence: it may be looked at after every cycle.

    s sqrt(2 (n rho^2 + 1) / (n rho)^2 ln(sqrt(n rho^2 + 1) / alpha)), rho^2 = (-2 ln a + ln(1 - 2 ln a)) / N*
    (Waudby-Smith et al., arXiv 2103.06476, eq. 9, as in GrowthBook's gbstats), with s^2 = SE^2 n.
    """
    rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tuned_to
    spread = standard_error * sqrt(n)
    return spread * sqrt(2 * (n * rho2 + 1) / (n * n * rho2) * log(sqrt(n * rho2 + 1) / alpha))


def standard_error(treated: ArmCount, control: ArmCount) -> float:
    """Return the standard error of a difference of shares, each with one success and one failure added.

    Agresti and Caffo (2000, The American Statistician 54): never zero, also when nobody or everybody succeeded.
    """
    variance = 0.0
    for arm in (treated, control):
        share = (arm.successes + 1) / (arm.n + 2)
        variance += share * (1 - share) / (arm.n + 2)
    return sqrt(variance)


def _lift(play: str, metric: str, treated: ArmCount, control: ArmCount, rules: EffectRules, cycle_id: str) -> Lift:
    effect, low, high = newcombe(treated.successes, treated.n, control.successes, control.n)
    half = anytime_half_width(standard_error(treated, control), treated.n + control.n, rules.anytime_n)
    verdict, reason = _verdict(effect - half, effect + half, min(treated.n, control.n), rules)
    return Lift(
        id=content_id("lift", cycle_id, play, treated.variant, metric), cycle_id=cycle_id, play=play,
        variant=treated.variant, segment="all", metric=metric, n_treated=treated.n, n_control=control.n,
        treated=treated.successes / treated.n, control=control.successes / control.n, effect=effect, low=low, high=high,
        anytime_low=max(effect - half, -1.0), anytime_high=min(effect + half, 1.0),
        verdict=verdict, reason=reason,
    )  # fmt: skip


def _verdict(low: float, high: float, smaller_arm: int, rules: EffectRules) -> tuple[EffectVerdict, str]:
    """Cycles look again and again, so the anytime interval judges."""
    if smaller_arm < rules.min_arm:
        return "cannot tell", f"only {smaller_arm} people in the smaller arm, fewer than {rules.min_arm}"
    if low > 0:
        return "works", "the anytime interval lies above zero"
    if high < 0:
        return "harms", "the anytime interval lies below zero"
    if -rules.margin < low and high < rules.margin:
        return "no difference", f"surely less than {rules.margin:.0%} either way"
    return "cannot tell", "the anytime interval holds zero"
