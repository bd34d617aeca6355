"""The perception gap: what managers and front-line staff believe customers will say, less what customers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flywheel.domain.finding import Finding, FindingVerdict
from flywheel.domain.ids import content_id
from flywheel.domain.standing import Measure
from flywheel.domain.sums import Sum
from flywheel.orient.gap import Gap, gap_of
from flywheel.orient.measures import as_ten, bounds
from flywheel.orient.pillars import PREFIX
from flywheel.orient.words import figure

BELIEF = "belief:"
"""A score of kind "belief:empathy", given by an employee, is what they believe customers will give that pillar."""
_TEN = 10.0


def perception_gaps(
    beliefs: Sequence[Sum], reality: Sequence[Measure], before: Mapping[str, float], cycle_id: str, floor: int
) -> list[Finding]:
    """Return belief less reality per pillar and group of staff, on 0 to 10, with Welch's 95 % interval.

    `beliefs` are sums by group (`part`, '' for all), `reality` our customers' pillars, `before` the gaps of the turn
    before by "pillar|group": so that one sees whether a gap shrinks.
    """
    found = []
    for one in beliefs:
        if one.n_read == 0 or not one.measure.startswith(BELIEF):
            continue
        pillar = one.measure.removeprefix(BELIEF)
        felt = next((each for each in reality if each.measure == f"{PREFIX}{pillar}"), None)
        gap = None if felt is None else gap_of(_belief(one, felt), felt)
        if felt is not None and gap is not None:
            found.append(_finding(one, pillar, (felt, gap), before.get(f"{pillar}|{one.part}"), (cycle_id, floor)))
    return sorted(found, key=lambda each: (-each.weight, each.subject, each.part))


def _belief(one: Sum, felt: Measure) -> Measure:
    low, high = bounds(one.scale)
    stretched = _TEN / (high - low)
    return felt.model_copy(
        update={
            "value": as_ten(one.mean, one.scale), "sd": one.sd * stretched, "n": one.n_read, "reader_sd": 0.0,
        }
    )  # fmt: skip


def _finding(one: Sum, pillar: str, held: tuple[Measure, Gap], before: float | None, about: tuple[str, int]) -> Finding:
    (felt, gap), (cycle_id, floor) = held, about
    enough = (felt.n or 0) >= floor
    verdict: FindingVerdict = "more" if gap.low > 0 else "less" if gap.high < 0 else "cannot tell"
    who = one.part.partition("=")[2] or "staff"
    words = {"more": "they think it better than it is", "less": "they think it worse than it is"}
    told = words.get(verdict, "it may be chance") if enough else f"fewer than {floor} customers answered"
    then = "" if before is None else f" It {_changed(before, gap.value)} (from {figure(before, 'score', signed=True)})."
    return Finding(
        id=content_id("finding", cycle_id, "perception gap", one.brand, pillar, one.part), cycle_id=cycle_id,
        kind="perception gap", voice="employee", brand=one.brand, subject=pillar, part=one.part, basis=felt.basis,
        unit="score", value=gap.value, low=gap.low, high=gap.high, n=one.n_read, before=before,
        verdict=verdict if enough else "cannot tell", weight=abs(gap.value),
        statement=(
            f"{pillar}: {who} believe {figure(gap.value + felt.value, 'score')}, customers say "
            f"{figure(felt.value, 'score')} of 10 (gap {figure(gap.value, 'score', signed=True)}, "
            f"{figure(gap.low, 'score', signed=True)} to {figure(gap.high, 'score', signed=True)}, {one.n_read:,} "
            f"asked): {told}.{then}"
        ),
    )  # fmt: skip


def _changed(before: float, now: float) -> str:
    return "shrank" if abs(now) < abs(before) else "grew" if abs(now) > abs(before) else "stayed"
