"""Power: before a trial how many people, how many cycles, or never; after it what it could have seen."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

from flywheel.domain.intervals import Z_95
from flywheel.domain.record import Record
from flywheel.learn.effects import anytime_half_width

POWER = 0.80
"""The usual chance to see an effect that is there (Cohen 1988)."""


class Outlook(Record):
    """When an effect worth having will be seen; `cycles` is None where it will not be within those asked for."""

    effect: float
    people: int
    cycles: int | None
    says: str


def people_needed(control_rate: float, effect: float, holdout: float, power: float = POWER) -> int:
    """Return how many people a trial of a share needs in both arms together: two-sided 5 %, fixed interval.

    N = (z_a + z_b)² (p_c q_c / h + p_t q_t / (1 - h)) / d² (Fleiss, Statistical Methods for Rates and Proportions).
    """
    treated = control_rate + effect
    if not 0 <= treated <= 1 or not 0 < holdout < 1 or effect == 0:
        raise ValueError("Rates lie between 0 and 1, a holdout between them, and an effect is not zero.")
    variance = control_rate * (1 - control_rate) / holdout + treated * (1 - treated) / (1 - holdout)
    return people_for(variance, effect, power)


def people_for(variance: float, effect: float, power: float = POWER) -> int:
    """Return the same for any metric; `variance` is var_c / h + var_t / (1 - h)."""
    return ceil((Z_95 + NormalDist().inv_cdf(power)) ** 2 * variance / effect**2)


def detectable(standard_error: float, power: float = POWER) -> float:
    """Return the smallest effect that a finished trial with this standard error would probably have seen."""
    return (Z_95 + NormalDist().inv_cdf(power)) * standard_error


def outlook(
    control_rate: float, effect: float, *, holdout: float, people_a_cycle: float, limit: int, tuned_to: int
) -> Outlook:
    """Return when an effect worth having will be seen, 4 times of 5; a play that never can know is told so.

    Judged as cycles are: by the anytime interval, whose half-width and 0.84 standard errors must fit into the effect.
    """
    people = people_needed(control_rate, effect, holdout)
    treated = control_rate + effect
    variance = control_rate * (1 - control_rate) / holdout + treated * (1 - treated) / (1 - holdout)
    chance = NormalDist().inv_cdf(POWER)
    for cycles in range(1, limit + 1):
        n = int(people_a_cycle * cycles)
        error = sqrt(variance / n) if n else float("inf")
        if n and anytime_half_width(error, n, tuned_to) + chance * error <= abs(effect):
            says = f"{effect:+.1%} will probably be seen after {cycles} cycles, with {n:,} people"
            return Outlook(effect=effect, people=people, cycles=cycles, says=says)
    says = (
        f"with {people_a_cycle:,.0f} people a cycle and {holdout:.0%} held out this play can never know within "
        f"{limit} cycles whether it changes {effect:+.1%}: hold out more, pool plays, or look for a larger effect"
    )
    return Outlook(effect=effect, people=people, cycles=None, says=says)
