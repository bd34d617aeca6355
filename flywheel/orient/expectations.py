"""The CX gap: what people expected less what they got, by touchpoint, ranked by gap x reach x value at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from flywheel.domain.distributions import t_quantile
from flywheel.domain.experience import Promise
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding, FindingVerdict
from flywheel.domain.hearing import Answers, Stake
from flywheel.domain.ids import content_id
from flywheel.orient.words import figure

_LEAST_PAIRED = 2


class ExpectationGap(NamedTuple):
    """Expected less delivered on 0 to 10, with its 95 % interval; `paired` when the same people said both."""

    expected: float
    delivered: float
    value: float
    low: float
    high: float
    n: int
    paired: bool


class GapContext(NamedTuple):
    """Whose gap it is: our brand, the voice, the cycle, the least n, what is too small to matter (on 0 to 10)."""

    brand: str
    voice: Voice
    cycle_id: str
    floor: int
    margin: float


def expectation_gap(promise: Promise, answers: Answers) -> ExpectationGap | None:
    """Return the gap E - D of a promise, None where one side was not asked (SERVQUAL's P - E with the other sign).

    Where most people answered both: a paired t interval; otherwise Welch's over whoever answered.
    """
    expected, delivered = answers.of(promise.expected), answers.of(promise.delivered)
    both = ~np.isnan(expected) & ~np.isnan(delivered)
    sides = [side[~np.isnan(side)] for side in (expected, delivered)]
    if min(len(side) for side in sides) < _LEAST_PAIRED:
        return None
    if 2 * both.sum() >= min(len(side) for side in sides) and both.sum() >= _LEAST_PAIRED:
        gaps = expected[both] - delivered[both]
        n, middle = len(gaps), float(gaps.mean())
        half = t_quantile(0.95, n - 1) * float(gaps.std(ddof=1)) / sqrt(n)
        means = float(expected[both].mean()), float(delivered[both].mean())
        return ExpectationGap(*means, middle, middle - half, middle + half, n, paired=True)
    (m1, v1, n1), (m2, v2, n2) = ((float(s.mean()), float(s.var(ddof=1)) / len(s), len(s)) for s in sides)
    spread = v1 + v2
    df = spread**2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1)) if spread else float(n1 + n2 - 2)
    half = t_quantile(0.95, max(df, 1.0)) * sqrt(spread)
    return ExpectationGap(m1, m2, m1 - m2, m1 - m2 - half, m1 - m2 + half, min(n1, n2), paired=False)


def gap_findings(
    promises: Sequence[Promise], answers: Answers, stakes: Sequence[Stake], quotations: Mapping[str, Sequence[str]],
    context: GapContext,
) -> list[Finding]:  # fmt: skip
    """Return the gap of each promise, the one with most at stake first; `quotations` are ids by touchpoint.

    The weight is gap x reach x value: reach is the share of those heard who spoke at the touchpoint, value what one of
    them is worth beside the average; what is not known counts as 1 (methods 4.8).
    """
    worth = {one.touchpoint: one for one in stakes}
    known = [one.value for one in stakes if one.value is not None]
    people = sum(one.people for one in stakes)
    found = []
    for promise in promises:
        gap = expectation_gap(promise, answers)
        if gap is None:
            continue
        stake = worth.get(promise.touchpoint)
        reach = stake.people / people if stake and people else 1.0
        value = stake.value / (sum(known) / len(known)) if stake and stake.value is not None and sum(known) else 1.0
        weight = max(gap.value, 0.0) * reach * value
        found.append(_finding(promise, gap, weight, tuple(quotations.get(promise.touchpoint, ())), context))
    return sorted(found, key=lambda one: (-one.weight, one.subject))


def _finding(
    promise: Promise, gap: ExpectationGap, weight: float, quotations: tuple[str, ...], context: GapContext
) -> Finding:
    verdict = _verdict(gap, context)
    words = {
        "more": "more was expected than delivered", "less": "more was delivered than expected",
        "level": "what was expected was delivered", "cannot tell": "it may be chance",
    }[verdict]  # fmt: skip
    by = f" Promised by {promise.promised_by}." if promise.promised_by else ""
    return Finding(
        id=content_id("finding", context.cycle_id, "cx gap", context.voice, promise.touchpoint, *promise.delivered),
        cycle_id=context.cycle_id, kind="cx gap", voice=context.voice, brand=context.brand, subject=promise.touchpoint,
        part=" ".join(promise.delivered), basis="survey", unit="score", value=gap.value, low=gap.low, high=gap.high,
        n=gap.n, before=gap.expected, verdict=verdict, weight=weight, evidence=quotations,
        statement=(
            f"{promise.touchpoint}: expected {figure(gap.expected, 'score')}, got {figure(gap.delivered, 'score')} of "
            f"10 (gap {figure(gap.value, 'score', signed=True)}, {figure(gap.low, 'score', signed=True)} to "
            f"{figure(gap.high, 'score', signed=True)}, {gap.n:,} {'people' if gap.paired else 'answers'}): {words}."
            f"{by}"
        ),
    )  # fmt: skip


def _verdict(gap: ExpectationGap, context: GapContext) -> FindingVerdict:
    if gap.n < context.floor:
        return "cannot tell"
    if -context.margin < gap.low and gap.high < context.margin:
        return "level"
    return "more" if gap.low > 0 else "less" if gap.high < 0 else "cannot tell"
