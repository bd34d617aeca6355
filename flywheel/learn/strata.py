"""A trial whose holdout changed on the way: people are compared with those who had the same chance, never across."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.intervals import Z_95
from flywheel.domain.trial import Sums
from flywheel.learn.contrasts import Contrast
from flywheel.learn.effects import anytime_half_width


class Stratum(NamedTuple):
    """People who had the same chance, `plan`, of being treated rather than held out."""

    plan: float
    treated: Sums
    control: Sums

    @property
    def n(self) -> int:
        """How many people they are."""
        return self.treated.n + self.control.n

    def plus(self, sums: Sums, *, treated: bool) -> Stratum:
        """Return the stratum with more people in one of its arms."""
        if treated:
            return self._replace(treated=self.treated.plus(sums))
        return self._replace(control=self.control.plus(sums))


def over_strata(strata: Sequence[Stratum], beside: Callable[[Stratum], Contrast], tuned_to: int) -> Contrast:
    """Return the contrast of one stratum as it is; of several their mean, weighted by n1 n0 / (n1 + n0).

    Weights of Cochran (1954, Biometrics 10), as Mantel and Haenszel take them: a week in which most people come back
    and few are held out is not taken for an effect. Strata with an empty arm say nothing.
    """
    whole = [one for one in strata if one.treated.n and one.control.n]
    if len(whole) == 1:
        return beside(whole[0])
    seen = [(one, contrast) for one in whole if (contrast := beside(one)).standard_error is not None]
    weights = [one.treated.n * one.control.n / one.n for one, _ in seen]
    if not seen:
        return Contrast(
            effect=0.0, standard_error=None, fixed=None, anytime=None, p=1.0, relative=None, relative_span=None
        )
    total = sum(weights)
    effect = sum(weight * one.effect for weight, (_, one) in zip(weights, seen, strict=True)) / total
    error2 = sum((weight * (one.standard_error or 0.0)) ** 2 for weight, (_, one) in zip(weights, seen, strict=True))
    error = sqrt(error2) / total
    half = anytime_half_width(error, sum(one.n for one, _ in seen), tuned_to)
    return Contrast(
        effect=effect, standard_error=error, fixed=(effect - Z_95 * error, effect + Z_95 * error),
        anytime=(effect - half, effect + half), p=normal_tail(effect / error) if error else float(effect == 0),
        relative=None, relative_span=None,
    )  # fmt: skip
