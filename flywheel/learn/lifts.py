"""What each play changed, by metric, variant, topic and segment: both intervals and a verdict, from sums alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import Z_95
from flywheel.domain.outcome import Lift
from flywheel.domain.play import Measured, Play
from flywheel.domain.record import Record
from flywheel.domain.trial import NONE, ArmCount, EffectSum, Sums, added
from flywheel.learn.contrasts import Contrast, of_means, of_shares
from flywheel.learn.cuped import adjusted
from flywheel.learn.effects import anytime_half_width
from flywheel.learn.sample_ratio import THRESHOLD
from flywheel.learn.segments import Shrunk, pooled
from flywheel.learn.strata import Stratum, over_strata
from flywheel.learn.tails import HEAVY_KURTOSIS, kurtosis_of
from flywheel.learn.verdicts import Judgement, blocked, judged

EVERYBODY = "all"


class EffectRules(Record):
    """When an effect may be called one: margin worth having, least arm, the n the anytime interval is tuned to."""

    margin: float
    min_arm: int
    anytime_n: int


class _Arms(NamedTuple):
    """The sums of those who got a play and of those held out; `strata` the same by how many were to be held out."""

    treated: Sums
    control: Sums
    strata: tuple[Stratum, ...]
    segment: str = EVERYBODY


class _Asked(NamedTuple):
    """What is asked: of which play and way, on which metric, in which cycle, by which rules."""

    play: str
    variant: str
    measured: Measured
    rules: EffectRules
    cycle_id: str


def lifts(play: Play, sums: Sequence[EffectSum], rules: EffectRules, cycle_id: str) -> list[Lift]:
    """Return the lifts of a play: each way of doing it over its own holdout, everybody first, then topics and segments.

    A way that lacks one of the arms has none yet.
    """
    found = []
    for measured in play.measured:
        rows = [one for one in sums if (one.play, one.metric, one.days) == (play.name, measured.metric, measured.days)]
        for variant in sorted({one.variant for one in rows}):
            asked = _Asked(play.name, variant, measured, rules, cycle_id)
            found += _of_way([one for one in rows if one.variant == variant], asked)
    return found


def policy_lift(
    name: str, measured: Measured, sums: Sequence[EffectSum], rules: EffectRules, cycle_id: str
) -> list[Lift]:
    """Return the lift of all plays together over the people for whom none is done."""
    rows = [one for one in sums if (one.play, one.metric, one.days) == (name, measured.metric, measured.days)]
    return _of_way(rows, _Asked(name, "", measured, rules, cycle_id))[:1]


def sample_ratio_p(strata: Sequence[Stratum]) -> float:
    """Return the p of the number of treated people, given the chance that each of them had (normal)."""
    expected = sum(one.plan * one.n for one in strata)
    variance = sum(one.plan * (1 - one.plan) * one.n for one in strata)
    treated = sum(one.treated.n for one in strata)
    return normal_tail((treated - expected) / sqrt(variance)) if variance > 0 else 1.0


def _of_way(rows: Sequence[EffectSum], asked: _Asked) -> list[Lift]:
    whole = _arms(rows)
    if not whole.treated.n or not whole.control.n:
        return []
    p = sample_ratio_p(whole.strata)
    found = [_lift(whole, _contrast(whole, asked), asked, p)]
    for by, values in _groups(rows):
        parts = [one for one in values if min(one.treated.n, one.control.n) >= asked.rules.min_arm]
        seen = [(one, contrast) for one in parts if (contrast := _contrast(one, asked)).standard_error]
        if len(seen) < 2:
            continue
        pool = pooled([one.effect for _, one in seen], [one.standard_error or 0.0 for _, one in seen])
        found += [
            _shrunk_lift(arms._replace(segment=f"{by}: {arms.segment}"), shrunk, asked, p)
            for (arms, _), shrunk in zip(seen, pool.segments, strict=True)
        ]
    return found


def _arms(rows: Sequence[EffectSum], segment: str = EVERYBODY) -> _Arms:
    found: dict[float, Stratum] = {}
    for one in rows:
        if one.arm not in ("default", "holdout"):
            continue
        before = found.get(one.plan, Stratum(one.plan, NONE, NONE))
        found[one.plan] = before.plus(one.sums, treated=one.arm == "default")
    strata = tuple(found[plan] for plan in sorted(found))
    return _Arms(added(one.treated for one in strata), added(one.control for one in strata), strata, segment)


def _groups(rows: Sequence[EffectSum]) -> Iterator[tuple[str, list[_Arms]]]:
    for by in ("topic", "segment"):
        names = sorted({name for one in rows if (name := getattr(one, by))})
        yield by, [_arms([one for one in rows if getattr(one, by) == name], name) for name in names]


def _contrast(arms: _Arms, asked: _Asked) -> Contrast:
    def beside(one: Stratum) -> Contrast:
        if asked.measured.kind == "amount":
            known = adjusted(one.treated, one.control)
            return of_means(known.treated, known.control, asked.rules.anytime_n)
        treated, control = (
            ArmCount(variant=asked.variant, arm=arm, n=sums.n, successes=sums.happened)
            for arm, sums in (("default", one.treated), ("holdout", one.control))
        )
        return of_shares(treated, control, asked.rules.anytime_n)

    return over_strata(arms.strata, beside, asked.rules.anytime_n)


def _lift(arms: _Arms, contrast: Contrast, asked: _Asked, p: float) -> Lift:
    fixed, anytime = (span or (contrast.effect, contrast.effect) for span in (contrast.fixed, contrast.anytime))
    said = _judgement(contrast.anytime, arms, asked, p)
    reason = "; ".join((said.reason, *_beware(arms, asked)))
    return _made(arms, asked, contrast.effect, fixed, anytime, Judgement(said.verdict, reason))


def _beware(arms: _Arms, asked: _Asked) -> Iterator[str]:
    """Say what an interval of means rests on, and when few people carry the sum."""
    if asked.measured.kind == "happened":
        return
    explained = adjusted(arms.treated, arms.control).explained
    if explained > 0:
        yield f"what people did before took {explained:.0%} of the variance out"
    if kurtosis_of(arms.treated.plus(arms.control)) > HEAVY_KURTOSIS:
        yield "heavy tails: a few people carry the sum, so one of them more or less moves the mean"


def _shrunk_lift(arms: _Arms, shrunk: Shrunk, asked: _Asked, p: float) -> Lift:
    error = (shrunk.high - shrunk.low) / (2 * Z_95)
    half = anytime_half_width(error, arms.treated.n + arms.control.n, asked.rules.anytime_n)
    anytime = (shrunk.effect - half, shrunk.effect + half)
    said = _judgement(anytime, arms, asked, p)
    reason = f"{said.reason}; {shrunk.measured:+.3g} as measured, drawn towards the mean of all"
    return _made(arms, asked, shrunk.effect, (shrunk.low, shrunk.high), anytime, Judgement(said.verdict, reason))


def _judgement(span: tuple[float, float] | None, arms: _Arms, asked: _Asked, p: float) -> Judgement:
    """Cycles look again and again, so the anytime interval judges; where less is better, it is turned round."""
    measured, rules = asked.measured, asked.rules
    if p < THRESHOLD:
        return blocked(p, THRESHOLD)
    smaller = min(arms.treated.n, arms.control.n)
    if smaller < rules.min_arm:
        return Judgement("cannot tell", f"only {smaller} people in the smaller arm, fewer than {rules.min_arm}")
    if span is not None and measured.better == "less":
        span = (-span[1], -span[0])
    margin = rules.margin if measured.margin is None and measured.kind == "happened" else measured.margin
    return judged(span, margin=margin, smaller_arm=smaller)


def _made(
    arms: _Arms, asked: _Asked, effect: float, fixed: tuple[float, float], anytime: tuple[float, float],
    said: Judgement,
) -> Lift:  # fmt: skip
    return Lift(
        id=content_id("lift", asked.cycle_id, asked.play, asked.variant, asked.measured.metric, arms.segment),
        cycle_id=asked.cycle_id, play=asked.play, variant=asked.variant, segment=arms.segment,
        metric=asked.measured.metric, n_treated=arms.treated.n, n_control=arms.control.n,
        treated=_value(arms.treated, asked), control=_value(arms.control, asked), effect=effect, low=fixed[0],
        high=fixed[1], anytime_low=anytime[0], anytime_high=anytime[1], verdict=said.verdict, reason=said.reason,
        kind=asked.measured.kind,
    )  # fmt: skip


def _value(sums: Sums, asked: _Asked) -> float:
    return (sums.happened if asked.measured.kind == "happened" else sums.total) / sums.n
