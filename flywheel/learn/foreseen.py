"""Predictions held against what happened: do they tell people apart, are they honest, do they drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from flywheel.domain.intervals import Z_95, wilson
from flywheel.domain.outcome import Appraisal, AppraisalVerdict
from flywheel.learn.appraising import appraisal
from flywheel.learn.means import Floats

FEWEST_EVENTS = 10
"""Of fewer people to whom it happened, no figure is told: it would be about chance."""
DRIFTED = 0.25
"""A population stability index above this means another population (Siddiqi 2006, Credit Risk Scorecards)."""
_BINS = 10


def auc(risks: Floats, happened: Floats) -> tuple[float, float, float]:
    """Return the chance that someone to whom it happened had the higher risk, with its interval.

    Ties count half (Mann and Whitney 1947); the interval is Hanley and McNeil's (1982, Radiology 143).
    """
    order = np.argsort(risks, kind="stable")
    _, place, counts = np.unique(risks[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[place]
    yes = float(happened.sum())
    no = len(risks) - yes
    area = (float(ranks[happened[order] > 0].sum()) - yes * (yes + 1) / 2) / (yes * no)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (yes - 1) * (q1 - area**2) + (no - 1) * (q2 - area**2)) / (yes * no)
    half = Z_95 * sqrt(max(variance, 0.0))
    return area, max(area - half, 0.0), min(area + half, 1.0)


def brier(risks: Floats, happened: Floats) -> tuple[float, float, float]:
    """Return the mean squared error of the risks (Brier 1950) with its normal interval."""
    errors = (risks - happened) ** 2
    half = Z_95 * float(errors.std(ddof=1)) / sqrt(len(errors))
    mean = float(errors.mean())
    return mean, mean - half, mean + half


def calibration(risks: Floats, happened: Floats) -> tuple[float, float, float]:
    """Return how many times as often it happened as was foreseen: 1 is honest; interval from Wilson's of the share."""
    foreseen = max(float(risks.mean()), 1e-12)
    low, high = wilson(int(happened.sum()), len(happened))
    return float(happened.mean()) / foreseen, low / foreseen, high / foreseen


def drift(before: Floats, now: Floats) -> float:
    """Return the population stability index of two sets of risks, over tenths of the earlier one; 0 is no change."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, _BINS + 1)[1:-1]))
    shares = [(np.bincount(np.searchsorted(edges, one), minlength=len(edges) + 1) + 0.5) for one in (before, now)]
    a, b = (one / one.sum() for one in shares)
    return float(((b - a) * np.log(b / a)).sum())


def appraised_predictions(
    cycle_id: str, kind: str, cohort: tuple[Sequence[float], Sequence[bool]], now: Sequence[float],
    before: Mapping[str, float],
) -> list[Appraisal]:  # fmt: skip
    """Return how a cohort's predictions fared; `now` is what is foreseen today, `before` the figures of last time."""
    risks, happened = np.array(cohort[0], float), np.array(cohort[1], float)
    subject, n, events = f"prediction:{kind}", len(cohort[0]), int(sum(cohort[1]))
    if min(events, n - events) < FEWEST_EVENTS:
        words = f"{kind} cannot be judged yet: it happened to {events} of {n} people of whom it was foreseen"
        return [appraisal(cycle_id, (subject, "events"), float(events), n, ("cannot tell", words))]
    found = []
    for measure, of in (("auc", auc), ("brier", brier), ("calibration", calibration)):
        value, low, high = of(risks, happened)
        verdict, said = _said(measure, low, high)
        moved = f", {value - before[measure]:+.3f} since last time" if measure in before else ""
        words = f"{kind}: {measure} {value:.3f} (95 % {low:.3f} to {high:.3f}{moved}): {said}"
        found.append(appraisal(cycle_id, (subject, measure), value, n, (verdict, words), (low, high)))
    return found + _drifted(cycle_id, kind, risks, np.array(now, float))


def _said(measure: str, low: float, high: float) -> tuple[AppraisalVerdict, str]:
    if measure == "auc":
        return ("good", "it tells people apart") if low > 0.5 else ("watch", "it may be no better than a coin")
    if measure == "brier":
        return "said", "the mean squared error; smaller is better"
    if low <= 1 <= high:
        return "good", "it happens as often as is foreseen"
    return ("past", "it happens more often than is foreseen") if low > 1 else ("past", "it happens less often")


def _drifted(cycle_id: str, kind: str, before: Floats, now: Floats) -> list[Appraisal]:
    if len(now) < FEWEST_EVENTS:
        return []
    moved = drift(before, now)
    how = "otherwise than" if moved > DRIFTED else "much as"
    words = f"{kind}: today's risks are spread {how} those that were judged (PSI {moved:.2f})"
    return [
        appraisal(
            cycle_id, (f"prediction:{kind}", "drift"), moved, len(now), ("past" if moved > DRIFTED else "good", words)
        )
    ]  # fmt: skip
