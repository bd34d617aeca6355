"""A finished trial read off its columns: each arm beside the control on each metric, with all that must be said.

One look at a finished trial: the fixed interval judges, the anytime one stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flywheel.domain.multiple import holm
from flywheel.learn.contrasts import Contrast
from flywheel.learn.power import detectable
from flywheel.learn.sample_ratio import THRESHOLD
from flywheel.learn.segments import pooled
from flywheel.learn.trial_columns import Column, beside, column_of, ratio_p
from flywheel.learn.trial_facts import ArmEffect, ArmValue, Ints, Labels, SegmentEffect, Trial, TrialData, TrialPlan
from flywheel.learn.trial_notes import Told, notes
from flywheel.learn.verdicts import FEWEST_PEOPLE, Judgement, blocked, judged


class _Pair(NamedTuple):
    """A treated arm and the control, by their places among the arms' names."""

    arm: int
    control: int


def analyse(data: TrialData, plan: TrialPlan) -> list[Trial]:
    """Return the analysis of each metric; Holm's correction is over all arms and metrics together.

    Raises ValueError where an arm has nobody with a value.
    """
    control = data.arms.names.index(plan.control)
    pairs = [_Pair(arm, control) for arm in range(len(data.arms.names)) if arm != control]
    columns = [column_of(data, metric) for metric in data.metrics]
    for column in columns:
        _require_people(column, data.arms)
    contrasts = [[beside(column, *pair, plan.tuned_to) for pair in pairs] for column in columns]
    corrected = holm([one.p for of_metric in contrasts for one in of_metric])
    trials = []
    for place, column in enumerate(columns):
        p_holm = corrected[place * len(pairs) : (place + 1) * len(pairs)]
        trials.append(_trial(data, plan, column, list(zip(pairs, contrasts[place], p_holm, strict=True))))
    return trials


def _trial(data: TrialData, plan: TrialPlan, column: Column, found: list[tuple[_Pair, Contrast, float]]) -> Trial:
    names = data.arms.names
    p = ratio_p(column, plan, len(names))
    causal = plan.randomised or data.propensity is not None
    arms = []
    for pair, contrast, p_holm in found:
        said = _judgement(column, pair, contrast, plan, p) if causal else None
        arms.append(_arm(names[pair.arm], column, pair, contrast, said).model_copy(update={"p_holm": p_holm}))
    segments, differ = _segments(data, column, [pair for pair, _, _ in found], plan)
    told = Told(data, plan, column, arms, p, differ)
    control = found[0][0].control if found else names.index(plan.control)
    return Trial(
        metric=column.metric.name, kind=column.metric.kind, control=_value(names[control], column, control), arms=arms,
        sample_ratio_p=p, causal=causal, notes=notes(told), segments=segments,
    )  # fmt: skip


def _require_people(column: Column, arms: Labels) -> None:
    for arm, name in enumerate(arms.names):
        if not (column.codes == arm).any():
            raise ValueError(f"Nobody in the arm {name!r} has a value of {column.metric.name!r} that can be read.")


def _judgement(column: Column, pair: _Pair, contrast: Contrast, plan: TrialPlan, p: float) -> Judgement:
    if p < THRESHOLD:
        return blocked(p, THRESHOLD)
    smaller = min(len(column.of(pair.arm)), len(column.of(pair.control)))
    return judged(contrast.fixed, margin=plan.margin, smaller_arm=smaller)


def _value(name: str, column: Column, arm: int) -> ArmValue:
    return ArmValue(arm=name, n=len(column.of(arm)), value=column.sample(arm).mean)


def _arm(name: str, column: Column, pair: _Pair, contrast: Contrast, said: Judgement | None) -> ArmEffect:
    value = _value(name, column, pair.arm)
    fixed, anytime = contrast.fixed or (None, None), contrast.anytime or (None, None)
    span = contrast.relative_span or (None, None)
    return ArmEffect(
        arm=name, n=value.n, value=value.value, effect=contrast.effect, low=fixed[0], high=fixed[1],
        anytime_low=anytime[0], anytime_high=anytime[1], verdict=said.verdict if said else None,
        reason=said.reason if said else "not randomised", relative=contrast.relative, relative_low=span[0],
        relative_high=span[1], p=contrast.p, p_holm=contrast.p,
        seen_with=None if contrast.standard_error is None else detectable(contrast.standard_error),
    )  # fmt: skip


def _segments(
    data: TrialData, column: Column, pairs: list[_Pair], plan: TrialPlan
) -> tuple[list[SegmentEffect], dict[tuple[str, str], float]]:
    """Return the effects by segment, and for each segment column and arm the p of no difference between segments."""
    shown, differ = [], {}
    for segment, labels in data.segments.items():
        codes = labels.codes[column.rows]
        for pair in pairs:
            arm = data.arms.names[pair.arm]
            seen = _measured(column, pair, labels, codes, plan)
            if not seen:
                continue
            pool = pooled([one.effect for _, one in seen], [one.standard_error or 0.0 for _, one in seen])
            differ[segment, arm] = pool.differ_p
            for (place, _), shrunk in zip(seen, pool.segments, strict=True):
                within = codes == place
                shown.append(
                    SegmentEffect(
                        segment=segment, value=labels.names[place], arm=arm, n=len(column.of(pair.arm, within)),
                        n_control=len(column.of(pair.control, within)), **shrunk.model_dump(),
                    )
                )  # fmt: skip
    return shown, differ


def _measured(column: Column, pair: _Pair, labels: Labels, codes: Ints, plan: TrialPlan) -> list[tuple[int, Contrast]]:
    """Return the segments that have enough people in both arms, and enough to count."""
    found = []
    for place in range(len(labels.names)):
        within = np.asarray(codes == place)
        if min(len(column.of(pair.arm, within)), len(column.of(pair.control, within))) < FEWEST_PEOPLE:
            continue
        contrast = beside(column, *pair, plan.tuned_to, within)
        if contrast.standard_error:
            found.append((place, contrast))
    return found
