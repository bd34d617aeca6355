"""Standings: our measure beside each peer's, with what may honestly be said of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist

from flywheel.domain.ids import content_id
from flywheel.domain.intervals import Z_95, newcombe
from flywheel.domain.record import Record
from flywheel.domain.standing import Measure, Standing, StandingVerdict

_NORMAL = NormalDist()


class StandingRules(Record):
    """When two figures may be compared: the least n, the margin of "level", the greatest age."""

    floor: int
    margin: float
    max_age: timedelta


class _Pair(Record):
    own: Measure
    theirs: Measure
    gap: float
    low: float | None
    high: float | None
    p: float | None
    doubt: str | None


def compare(
    measures: Sequence[Measure], brand: str, peers: Sequence[str], rules: StandingRules, cycle_id: str, as_of: datetime
) -> list[Standing]:
    """Return one standing per measure, voice and peer.

    Intervals are 95 % (Newcombe for shares, normal otherwise). "Ahead" and "behind" need a gap that stays after
    Holm's correction (Holm 1979) over all standings of the cycle; "level" needs the interval inside the margin.
    """
    own = [one for one in measures if one.brand == brand]
    pairs = [
        _pair(mine, other, rules, as_of)
        for mine in own
        for other in measures
        if other.brand in peers and (other.voice, other.measure, other.basis) == (mine.voice, mine.measure, mine.basis)
    ]
    sure = _holm([pair.p if pair.doubt is None else None for pair in pairs])
    return [
        _standing(pair, rules, cycle_id, significant=significant) for pair, significant in zip(pairs, sure, strict=True)
    ]


def _pair(own: Measure, theirs: Measure, rules: StandingRules, as_of: datetime) -> _Pair:
    gap = own.value - theirs.value
    doubt = _doubt(own, theirs, rules, as_of)
    if own.n is None or theirs.n is None or own.sd is None or theirs.sd is None:
        return _Pair(own=own, theirs=theirs, gap=gap, low=None, high=None, p=None, doubt=doubt or "no spread published")
    spread = sqrt(own.sd**2 / own.n + theirs.sd**2 / theirs.n)
    if own.basis == "text":
        _, low, high = newcombe(round(own.value * own.n), own.n, round(theirs.value * theirs.n), theirs.n)
        pooled = (own.value * own.n + theirs.value * theirs.n) / (own.n + theirs.n)
        spread = sqrt(pooled * (1 - pooled) * (1 / own.n + 1 / theirs.n))
    else:
        low, high = gap - Z_95 * spread, gap + Z_95 * spread
    p = 2 * (1 - _NORMAL.cdf(abs(gap) / spread)) if spread > 0 else 1.0
    return _Pair(own=own, theirs=theirs, gap=gap, low=low, high=high, p=p, doubt=doubt)


def _doubt(own: Measure, theirs: Measure, rules: StandingRules, as_of: datetime) -> str | None:
    for whose, one in (("our", own), ("their", theirs)):
        if one.n is None:
            return f"{whose} figure comes without its n"
        if one.n < rules.floor:
            return f"{whose} figure rests on {one.n} answers, fewer than {rules.floor}"
        if as_of - one.as_of > rules.max_age:
            return f"{whose} figure is {(as_of - one.as_of).days} days old"
    return None


def _holm(values: Sequence[float | None]) -> list[bool]:
    """Return which p-values stay significant at 5 % over all of them together (Holm's step-down procedure)."""
    ranked = sorted((p, at) for at, p in enumerate(values) if p is not None)
    kept = [False] * len(values)
    for place, (p, at) in enumerate(ranked):
        if p > 0.05 / (len(ranked) - place):
            break
        kept[at] = True
    return kept


def _standing(pair: _Pair, rules: StandingRules, cycle_id: str, *, significant: bool) -> Standing:
    own, theirs = pair.own, pair.theirs
    verdict, reason = _verdict(pair, rules, significant=significant)
    return Standing(
        id=content_id("standing", cycle_id, own.voice, own.measure, own.basis, own.brand, theirs.brand),
        cycle_id=cycle_id, voice=own.voice, measure=own.measure, basis=own.basis, brand=own.brand, peer=theirs.brand,
        own=own.value, theirs=theirs.value, gap=pair.gap, low=pair.low, high=pair.high, n_own=own.n, n_peer=theirs.n,
        as_of=min(own.as_of, theirs.as_of), verdict=verdict, reason=reason,
    )  # fmt: skip


def _verdict(pair: _Pair, rules: StandingRules, *, significant: bool) -> tuple[StandingVerdict, str]:
    if pair.doubt is not None or pair.low is None or pair.high is None:
        return "cannot tell", pair.doubt or "no interval"
    if -rules.margin < pair.low and pair.high < rules.margin:
        return "level", f"surely closer than {rules.margin:.0%}"
    if significant and not pair.low <= 0 <= pair.high:
        better = (pair.gap > 0) == pair.own.higher_is_better
        return ("ahead" if better else "behind"), "more than chance, over all comparisons together"
    return "cannot tell", "the difference may be chance"
