"""One metric of a trial, cut to the people who can be analysed, and any two arms of it beside each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.trial import ArmCount
from flywheel.learn.contrasts import Contrast, of_means, of_shares
from flywheel.learn.cuped import cuped
from flywheel.learn.means import Floats, Sample, sample_of
from flywheel.learn.sample_ratio import propensity_p, sample_ratio_p
from flywheel.learn.trial_facts import Ints, Metric, TrialData, TrialPlan

Mask = NDArray[np.bool_]


class Column(NamedTuple):
    """`values` are as analysed, `metric` as read; `rows` says which rows of the file they are."""

    metric: Metric
    rows: Mask
    codes: Ints
    values: Floats
    propensity: Floats | None
    """Where the chance of an arm differed between its people; they are then weighted with 1 / propensity."""
    fixed_shares: tuple[float, ...] | None
    """Where it did not: the planned shares of the arms."""
    explained: float | None
    """The share of the variance that the time before explains; None without CUPED."""

    @property
    def is_counted(self) -> bool:
        """Whether it is a share of whole people: Newcombe's interval, else Welch's."""
        return self.metric.kind == "proportion" and self.propensity is None and self.explained is None

    def of(self, arm: int, within: Mask | None = None) -> Floats:
        """Return the values of one arm, all of them or those of a segment."""
        return np.asarray(self.values[self._here(arm, within)])

    def sample(self, arm: int, within: Mask | None = None) -> Sample:
        """Return the same in short, weighted where they must be."""
        if self.propensity is None:
            return sample_of(self.of(arm, within))
        here = self._here(arm, within)
        return sample_of(self.values[here], 1 / self.propensity[here])

    def _here(self, arm: int, within: Mask | None) -> Mask:
        here = self.codes == arm
        return np.asarray(here if within is None else here & within)


def column_of(data: TrialData, metric: Metric) -> Column:
    """Return the people who have an arm, a value and, where it is logged, a propensity above 0 and up to 1."""
    rows = (data.arms.codes >= 0) & ~np.isnan(metric.values)
    if data.propensity is not None:
        rows &= (data.propensity > 0) & (data.propensity <= 1)
    codes, values = data.arms.codes[rows], metric.values[rows]
    propensity = None if data.propensity is None else data.propensity[rows]
    shares = None if propensity is None else _fixed_shares(codes, propensity, len(data.arms.names))
    explained = None
    if data.before is not None and len(values):
        values, explained = cuped(values, data.before[rows], codes)
    return Column(metric, rows, codes, values, None if shares else propensity, shares, explained)


def beside(column: Column, arm: int, other: int, tuned_to: int, within: Mask | None = None) -> Contrast:
    """Return one arm beside another, among all or in a segment."""
    if not column.is_counted:
        return of_means(column.sample(arm, within), column.sample(other, within), tuned_to)
    return of_shares(_count(column.of(arm, within)), _count(column.of(other, within)), tuned_to)


def ratio_p(column: Column, plan: TrialPlan, arms: int) -> float:
    """Return the p of the sample-ratio check among those who are analysed: who dropped out is missed here, too."""
    if column.propensity is not None:
        return propensity_p([column.propensity[column.codes == arm] for arm in range(arms)], len(column.codes))
    counts = np.bincount(column.codes, minlength=arms)
    return sample_ratio_p([int(count) for count in counts], plan.shares or column.fixed_shares)


def _fixed_shares(codes: Ints, propensity: Floats, arms: int) -> tuple[float, ...] | None:
    shares = []
    for arm in range(arms):
        own = propensity[codes == arm]
        if len(own) == 0 or np.ptp(own) > 1e-9:
            return None
        shares.append(float(own[0]))
    return tuple(shares)


def _count(values: Floats) -> ArmCount:
    return ArmCount(variant="", arm="", n=len(values), successes=int(values.sum()))
