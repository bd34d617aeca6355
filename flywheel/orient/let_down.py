"""The CX gap as texts tell it: how many say that less came than was promised or expected, and how many that more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding, FindingVerdict
from flywheel.domain.hearing import Stake
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import Z_95
from flywheel.domain.multiple import holm
from flywheel.domain.sums import EXPECTATION, PROMISED, SENTIMENT, Sum
from flywheel.orient.words import figure, listed

TOPIC = "topic"
"""What stands in `part` of a gap that was read at a topic, and not at a touchpoint."""
_ALPHA = 0.05
_TEN = 10
"""A gap of all texts weighs what a gap of ten points of a survey's ten does."""
_MAKERS = {
    "staff": "our staff", "own channel": "our website, app or letters", "advertising": "our advertising",
    "unnamed": "somebody unnamed",
}  # fmt: skip


class TextContext(NamedTuple):
    """Whose gap it is: our brand, the cycle, the least n, what is too small to matter (a share), possibly misread."""

    brand: str
    cycle_id: str
    floor: int
    margin: float
    found_wrongly: float


class NetShare(NamedTuple):
    """The share of texts that fell short less that of those exceeded, its 95 % interval, the p of no difference."""

    value: float
    low: float
    high: float
    p: float


@dataclass(slots=True)
class _Spoken:
    """What the texts at one place say: all of them, those that speak of expectations, short ones by who promised."""

    n: int = 0
    short: int = 0
    met: int = 0
    exceeded: int = 0
    promised: dict[str, int] = field(default_factory=dict)


_Place = tuple[Voice, str, str]


def text_gaps(
    said: Sequence[Sum], stakes: Sequence[Stake], quotations: Mapping[str, Sequence[str]],
    touchpoints: Mapping[str, str], context: TextContext,
) -> list[Finding]:  # fmt: skip
    """Return the gap of each touchpoint and topic as texts tell it, the one with most at stake first.

    `quotations` are ids by touchpoint and topic, `touchpoints` those of topics. The weight is gap x reach x value as of
    asked gaps; reach is the share of all texts. "More" and "less" hold over all places together (Holm). It is no figure
    to hold beside an asked gap: who was let down writes more often of it than who was not.
    """
    places = _places(said)
    whole: dict[str, int] = {}
    for one in said:
        if one.measure == SENTIMENT and not one.topic:
            whole[one.voice] = whole.get(one.voice, 0) + one.n_read
    told = [(place, spoken) for place, spoken in places.items() if spoken.n and spoken.short + spoken.exceeded]
    gaps = [net_share(one.short, one.exceeded, one.n, context.found_wrongly) for _, one in told]
    judged = [at for at, (_, one) in enumerate(told) if one.n >= context.floor]
    corrected = holm([gaps[at].p for at in judged])
    sure = {at for at, p in zip(judged, corrected, strict=True) if p <= _ALPHA}
    worth = _worth(stakes)
    found = []
    for at, ((place, spoken), gap) in enumerate(zip(told, gaps, strict=True)):
        voice, subject, _ = place
        verdict = _verdict(gap, spoken.n, context, is_sure=at in sure)
        reach, value = spoken.n / max(whole.get(voice, 0), spoken.n), worth.get(touchpoints.get(subject, subject), 1.0)
        weight = _TEN * max(gap.value, 0.0) * reach * value
        found.append(_finding(place, spoken, gap, (verdict, weight, tuple(quotations.get(subject, ()))), context))
    return sorted(found, key=lambda one: (-one.weight, one.subject, one.part))


def net_share(short: float, exceeded: float, n: int, found_wrongly: float) -> NetShare:
    """Return the net share of texts that fell short; the interval holds if a part of either side was found wrongly.

    Agresti and Min (2005, Statistics in Medicine 24) for two shares of the same texts: half a text more in each cell.
    """
    kept = 1 - found_wrongly
    low, high = _ends(kept * short, exceeded, n)[0], _ends(short, kept * exceeded, n)[1]
    value = (short - exceeded) / n
    less, more = (kept * short, exceeded) if value > 0 else (kept * exceeded, short)
    p = normal_tail((less - more) / sqrt(less + more)) if less > more else 1.0
    return NetShare(value, min(low, value), max(high, value), p)


def _ends(short: float, exceeded: float, n: int) -> tuple[float, float]:
    b, c, whole = short + 0.5, exceeded + 0.5, n + 2
    middle, half = (b - c) / whole, Z_95 * sqrt(max(b + c - (b - c) ** 2 / whole, 0.0)) / whole
    return middle - half, middle + half


def _places(said: Sequence[Sum]) -> dict[_Place, _Spoken]:
    found: dict[_Place, _Spoken] = {}
    for one in said:
        place = (one.voice, one.topic, TOPIC) if one.topic else (one.voice, one.part, "")
        if not place[1]:
            continue
        spoken = found.setdefault(place, _Spoken())
        if one.measure == SENTIMENT:
            spoken.n += one.n_read
        elif one.measure == EXPECTATION:
            spoken.short += one.n_negative
            spoken.met += one.n_neutral
            spoken.exceeded += one.n_positive
        elif one.measure.startswith(PROMISED) and one.n_negative:
            maker = one.measure.removeprefix(PROMISED)
            spoken.promised[maker] = spoken.promised.get(maker, 0) + one.n_negative
    return found


def _worth(stakes: Sequence[Stake]) -> dict[str, float]:
    """Return what one who speaks at a touchpoint is worth beside the average; what is not known is left out."""
    known = [one.value for one in stakes if one.value is not None]
    middle = sum(known) / len(known) if known else 0.0
    return {one.touchpoint: one.value / middle for one in stakes if one.value is not None and middle}


def _verdict(gap: NetShare, n: int, context: TextContext, *, is_sure: bool) -> FindingVerdict:
    if n < context.floor:
        return "cannot tell"
    if -context.margin < gap.low and gap.high < context.margin:
        return "level"
    if not is_sure:
        return "cannot tell"
    return "more" if gap.low > 0 else "less" if gap.high < 0 else "cannot tell"


def _finding(
    place: _Place, spoken: _Spoken, gap: NetShare, told: tuple[FindingVerdict, float, tuple[str, ...]],
    context: TextContext,
) -> Finding:  # fmt: skip
    (voice, subject, part), (verdict, weight, quotations) = place, told
    words = {
        "more": "more were let down than surprised", "less": "more were surprised than let down",
        "level": "too few to matter", "cannot tell": "it may be chance, or misread",
    }[verdict]  # fmt: skip
    return Finding(
        id=content_id("finding", context.cycle_id, "cx gap", voice, "text", subject, part), cycle_id=context.cycle_id,
        kind="cx gap", voice=voice, brand=context.brand, subject=subject, part=part, basis="text", unit="share",
        value=gap.value, low=gap.low, high=gap.high, n=spoken.n, verdict=verdict, weight=weight, evidence=quotations,
        statement=(
            f"{subject}: of {spoken.n:,} texts {spoken.short:,} say that less came than was promised or expected, "
            f"{spoken.exceeded:,} that more came, {spoken.met:,} that it was as expected (net "
            f"{figure(gap.value, 'share', signed=True)}, {figure(gap.low, 'share', signed=True)} to "
            f"{figure(gap.high, 'share', signed=True)}): {words}.{_promisers(spoken)}"
        ),
    )  # fmt: skip


def _promisers(spoken: _Spoken) -> str:
    if not spoken.short:
        return ""
    ranked = sorted(spoken.promised.items(), key=lambda one: (-one[1], one[0]))
    made = [f"{_MAKERS.get(maker, maker)} ({n:,})" for maker, n in ranked]
    assumed = spoken.short - sum(spoken.promised.values())
    parts = [f"promised by {listed(made)}"] if made else []
    parts += [f"only expected, promised by nobody, {assumed:,} times"] if assumed > 0 else []
    text = "; ".join(parts)
    return f" {text[0].upper()}{text[1:]}."
