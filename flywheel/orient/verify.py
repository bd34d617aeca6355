"""Whether an initiative removed its cause: its unhappy mentions before and after, beside untouched topics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import exp, log, sqrt
from typing import Literal

from flywheel.domain.distributions import t_quantile
from flywheel.domain.record import Record

SPENT = (0.005, 0.01, 0.015, 0.02)
"""How much of 0.05 each look spends; there are no more looks than these."""
_HALF = 0.5
"""Added to each count, so that a topic that fell silent has a logarithm (Haldane 1956, Anscombe 1956)."""
_LEAST_TOPICS = 6
_LEAST_PAST = 21
"""Fewer untouched topics, or fewer days heard before the work, say too little about how topics move by themselves. With
four topics or a week of past up to 12 % of idle initiatives were "verified" where weeks jump about by 40 %; with these
5 % at most (tests/benchmarks/simulated_verdicts.py)."""
_LEAST_SPREAD = 0.1
"""Topics move by a tenth by themselves even where the few that are left to compare with happened not to."""


class Change(Record):
    """Unhappy mentions of a topic before the work began and after it was done, over the same days for all topics."""

    topic: str
    before: int
    after: int


class Effect(Record):
    """The relative change of unhappy mentions beside untouched topics: -0.4 = 40 % fewer than they lead us to expect.

    Its interval holds with 95 % over all looks, and all topics that could have been chosen, together.
    """

    effect: float | None
    low: float | None
    high: float | None
    verdict: Literal["verified", "refuted", "cannot tell yet"]
    reason: str


class Spans(Record):
    """The days that are compared, in the brand's zone, both ends included."""

    before: tuple[date, date]
    after: tuple[date, date]


class _Typical(Record):
    """How topics moved by themselves: the middle of them, its squared error, and the variance between them."""

    middle: float
    error2: float
    between: float


def spans(began: date, done: date, today: date, before_days: int) -> Spans:
    """Return the days before the work began, and those after the day on which it was done."""
    first = began - timedelta(days=before_days)
    return Spans(before=(first, began - timedelta(days=1)), after=(done + timedelta(days=1), today))


def look_is_due(done: datetime, now: datetime, looks: int, after_days: int) -> bool:
    """Return whether to look again: after so many days, then twice, four times as many, since each look costs."""
    return now - done >= timedelta(days=after_days * 2**looks)


def too_little_past(over: Spans, heard_from: date | None) -> Effect | None:
    """Return that nobody can tell, where what was heard before the work is shorter than three weeks; else None."""
    days = 0 if heard_from is None else (over.before[1] - max(heard_from, over.before[0])).days + 1
    if days >= _LEAST_PAST:
        return None
    reason = f"only {max(days, 0)} days were heard before the work, fewer than {_LEAST_PAST}"
    return Effect(effect=None, low=None, high=None, verdict="cannot tell yet", reason=reason)


def effect_of(cause: Change, untouched: Sequence[Change], look: int, worth: float) -> Effect:
    """Return what became of a cause, at the `look`-th look (from 1 on); `worth` is the least fall worth having, 0..1.

    Difference in differences of the logarithms of counts, so that how much is said cancels. Topics move by more than
    chance: their spread beyond Poisson is estimated from the untouched ones (DerSimonian and Laird 1986) and taken as
    known only as well as so few can tell it (Student's t, Satterthwaite 1946; Donald and Lang 2007 on few groups).
    The looks share 0.05 among them, the later, which know more, taking more; and each shares its part among all topics,
    for a cause is chosen at its worst and falls back a little by itself (Bonferroni: valid however it was chosen).
    """
    usable = [one for one in untouched if one.before + one.after > 0]
    if len(usable) < _LEAST_TOPICS:
        reason = f"only {len(usable)} untouched topics to compare with, fewer than {_LEAST_TOPICS}"
        return Effect(effect=None, low=None, high=None, verdict="cannot tell yet", reason=reason)
    typical = _typical([_moved(one) for one in usable])
    mine, own = _moved(cause)
    variance = own + typical.error2 + typical.between
    freedom = (len(usable) - 1) * (variance / typical.between) ** 2
    reach = t_quantile(1 - SPENT[look - 1] / (len(usable) + 1), freedom) * sqrt(variance)
    effect, low, high = (exp(mine - typical.middle + step) - 1 for step in (0.0, -reach, reach))
    verdict, reason = _verdict(low, high, worth)
    return Effect(effect=effect, low=low, high=high, verdict=verdict, reason=reason)


def _moved(one: Change) -> tuple[float, float]:
    """Return the logarithm of after over before, and its Poisson variance."""
    before, after = one.before + _HALF, one.after + _HALF
    return log(after / before), 1 / before + 1 / after


def _typical(moved: Sequence[tuple[float, float]]) -> _Typical:
    weights = [1 / variance for _, variance in moved]
    total = sum(weights)
    mean = sum(w * y for w, (y, _) in zip(weights, moved, strict=True)) / total
    q = sum(w * (y - mean) ** 2 for w, (y, _) in zip(weights, moved, strict=True))
    between = max(_LEAST_SPREAD**2, (q - (len(moved) - 1)) / (total - sum(w * w for w in weights) / total))
    wide = [1 / (variance + between) for _, variance in moved]
    middle = sum(w * y for w, (y, _) in zip(wide, moved, strict=True)) / sum(wide)
    return _Typical(middle=middle, error2=1 / sum(wide), between=between)


def _verdict(low: float, high: float, worth: float) -> tuple[Literal["verified", "refuted", "cannot tell yet"], str]:
    if low > -worth:
        return "refuted", f"surely less than the {worth:.0%} fewer that would be worth having"
    if high < 0:
        return "verified", "surely fewer than untouched topics lead us to expect"
    return "cannot tell yet", "the interval holds both a fall worth having and none"
