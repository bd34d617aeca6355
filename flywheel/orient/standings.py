"""Standings: our measure beside each peer's, with what may honestly be said of the gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flywheel.domain.ids import content_id
from flywheel.domain.multiple import holm
from flywheel.domain.record import Record
from flywheel.domain.standing import Measure, MeasureUnit, Standing, StandingVerdict
from flywheel.orient.gap import Gap, gap_of

_ALPHA = 0.05


class StandingRules(Record):
    """When two figures may be compared: the least n, the margins of "level", the greatest age, the time between them.

    `margin` is of shares, `margin_points` of NPS, `margin_scale` a part of the length of a score's scale.
    """

    floor: int
    margin: float
    max_age: timedelta
    margin_points: float = 3.0
    margin_scale: float = 0.03
    max_apart: timedelta = timedelta(days=183)


class _Pair(Record):
    own: Measure
    theirs: Measure
    gap: Gap | None
    doubt: str | None


def compare(
    own: Sequence[Measure], theirs: Sequence[Measure], rules: StandingRules, cycle_id: str, as_of: datetime
) -> list[Standing]:
    """Return one standing per measure, voice, peer and provenance; figures of another basis are never compared.

    What a table says of us is held against that table alone; what we hear ourselves against what we hear of others,
    and against tables that have no figure of ours.
    Intervals are 95 % (`gap_of`). "Ahead" and "behind" need a gap that stays after Holm's correction over all
    standings of the cycle; "level" needs the interval inside the margin.
    """
    pairs = [_pair(mine, other, rules, as_of) for mine, other in _met(own, theirs)]
    judged = [at for at, pair in enumerate(pairs) if pair.gap is not None and pair.doubt is None]
    corrected = holm([pair.gap.p for at in judged if (pair := pairs[at]).gap is not None])
    sure = {at for at, p in zip(judged, corrected, strict=True) if p <= _ALPHA}
    return [
        _standing(pair, rules, cycle_id, as_of, significant=at in sure) for at, pair in enumerate(pairs)
    ]  # fmt: skip


def margin_of(unit: MeasureUnit, span: float | None, rules: StandingRules) -> float | None:
    """Return what is too small to matter, in the measure's own unit; None where its scale is not known."""
    if unit == "share":
        return rules.margin
    if unit == "points":
        return rules.margin_points
    return None if span is None else rules.margin_scale * span


def _met(own: Sequence[Measure], theirs: Sequence[Measure]) -> Iterator[tuple[Measure, Measure]]:
    others: dict[tuple[str, ...], list[Measure]] = {}
    for other in theirs:
        others.setdefault(_key(other), []).append(other)
    in_tables = {(_key(one), one.source) for one in own if one.source}
    for mine in own:
        for other in others.get(_key(mine), ()):
            elsewhere = mine.source != other.source if mine.source else (_key(mine), other.source) in in_tables
            if not elsewhere:
                yield mine, other


def _key(one: Measure) -> tuple[str, ...]:
    return one.voice, one.measure, one.basis


def _pair(own: Measure, theirs: Measure, rules: StandingRules, as_of: datetime) -> _Pair:
    gap = gap_of(own, theirs)
    return _Pair(own=own, theirs=theirs, gap=gap, doubt=_doubt(own, theirs, gap, rules, as_of))


def _doubt(own: Measure, theirs: Measure, gap: Gap | None, rules: StandingRules, as_of: datetime) -> str | None:
    for whose, one in (("our", own), ("their", theirs)):
        if one.n is None:
            return f"{whose} figure comes without its n"
        if one.n < rules.floor:
            return f"{whose} figure rests on {one.n:,} answers, fewer than {rules.floor}"
        if as_of - one.as_of > rules.max_age:
            return f"{whose} figure is {(as_of - one.as_of).days} days old"
    if own.source and own.as_of != theirs.as_of and abs(own.as_of - theirs.as_of) > rules.max_apart:
        return f"our figure is of {own.as_of.year}, theirs of {theirs.as_of.year}"
    return "no spread published" if gap is None else None


def _standing(pair: _Pair, rules: StandingRules, cycle_id: str, as_of: datetime, *, significant: bool) -> Standing:
    own, theirs, gap = pair.own, pair.theirs, pair.gap
    verdict, reason = _verdict(pair, rules, significant=significant)
    if own.heard_on and theirs.heard_on and not set(own.heard_on) & set(theirs.heard_on):
        reason += f" (ours was heard on {', '.join(own.heard_on)}, theirs on {', '.join(theirs.heard_on)})"
    older = min(own.as_of, theirs.as_of)
    return Standing(
        id=content_id("standing", cycle_id, *_key(own), own.brand, own.source, theirs.brand, theirs.source),
        cycle_id=cycle_id, voice=own.voice, measure=own.measure, basis=own.basis, brand=own.brand, peer=theirs.brand,
        own=own.value, theirs=theirs.value, gap=own.value - theirs.value, low=None if gap is None else gap.low,
        high=None if gap is None else gap.high, n_own=own.n, n_peer=theirs.n, as_of=older, verdict=verdict,
        reason=reason, unit=own.unit, provenance=theirs.provenance, age_days=max((as_of - older).days, 0),
    )  # fmt: skip


def _verdict(pair: _Pair, rules: StandingRules, *, significant: bool) -> tuple[StandingVerdict, str]:
    gap = pair.gap
    if pair.doubt is not None or gap is None:
        return "cannot tell", pair.doubt or "no spread published"
    margin = margin_of(pair.own.unit, pair.own.span, rules)
    if margin is not None and -margin < gap.low and gap.high < margin:
        told = f"{margin:.0%}" if pair.own.unit == "share" else f"{margin:g}"
        return "level", f"surely closer than {told}"
    if significant and not gap.low <= 0 <= gap.high:
        better = (gap.value > 0) == pair.own.higher_is_better
        return ("ahead" if better else "behind"), "more than chance, over all comparisons together"
    return "cannot tell", "the difference may be chance"
