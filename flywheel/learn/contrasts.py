"""One arm beside its control: the difference with a fixed-n and an anytime-valid interval, and the relative lift."""

from __future__ import annotations

from math import sqrt

from flywheel.domain.distributions import normal_tail, t_tail
from flywheel.domain.intervals import newcombe, rate_ratio
from flywheel.domain.record import Record
from flywheel.domain.trial import ArmCount
from flywheel.learn.effects import anytime_half_width, standard_error
from flywheel.learn.means import Sample, degrees_of_freedom, relative, welch, with_rare_events

Span = tuple[float, float]


class Contrast(Record):
    """An arm less its control, in the metric's own unit. No interval (None) where too little was seen for one.

    `fixed` holds for one look at a finished trial, `anytime` however often one looks; `p` is of the fixed one.
    """

    effect: float
    standard_error: float | None
    fixed: Span | None
    anytime: Span | None
    p: float
    relative: float | None
    relative_span: Span | None


def of_shares(treated: ArmCount, control: ArmCount, tuned_to: int) -> Contrast:
    """Return a difference of shares: Newcombe's interval, the score test's p, the ratio with Katz's interval."""
    n1, n2 = treated.n, control.n
    effect, low, high = newcombe(treated.successes, n1, control.successes, n2)
    error = standard_error(treated, control)
    half = anytime_half_width(error, n1 + n2, tuned_to)
    pooled = (treated.successes + control.successes) / (n1 + n2)
    spread = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    ratio = rate_ratio(treated.successes, n1, control.successes, n2) if control.successes else None
    return Contrast(
        effect=effect, standard_error=error, fixed=(low, high),
        anytime=(max(effect - half, -1.0), min(effect + half, 1.0)),
        p=normal_tail(effect / spread) if spread else 1.0,
        relative=ratio[0] - 1 if ratio else None,
        relative_span=(ratio[1] - 1, ratio[2] - 1) if ratio else None,
    )  # fmt: skip


def of_means(treated: Sample, control: Sample, tuned_to: int) -> Contrast:
    """Return a difference of means: Welch's interval, after `with_rare_events`; the ratio with Fieller's interval."""
    effect = treated.mean - control.mean
    pair = with_rare_events(treated, control) if min(treated.n, control.n) >= 2 else None
    if pair is None:
        return Contrast(
            effect=effect, standard_error=None, fixed=None, anytime=None, p=1.0, relative=None, relative_span=None
        )
    middle, low, high = welch(*pair)
    error = sqrt(pair[0].error2 + pair[1].error2)
    half = anytime_half_width(error, int(treated.n + control.n), tuned_to)
    ratio = relative(treated, control)
    return Contrast(
        effect=effect, standard_error=error, fixed=(low, high), anytime=(effect - half, effect + half),
        p=t_tail(middle / error, degrees_of_freedom(*pair)) if error else float(effect == 0),
        relative=ratio[0] if ratio else None, relative_span=ratio[1:] if ratio else None,
    )  # fmt: skip
