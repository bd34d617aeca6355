"""The spread of a difference of shares, and the interval around it that may be looked at again and again."""

from __future__ import annotations

from math import log, sqrt

from flywheel.domain.trial import ArmCount

ALPHA = 0.05


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
