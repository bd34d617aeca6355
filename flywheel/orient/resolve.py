"""What OODA decides about the wheel itself: which cause gets an owner, and what the next cycle looks out for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Expectation, Initiative, Setting
from flywheel.domain.intervals import wilson
from flywheel.domain.record import Record
from flywheel.domain.standing import Standing
from flywheel.domain.summary import GroupCount


class Cause(Record):
    """A topic that makes our customers unhappy, and on how many voices that rests."""

    topic: str
    touchpoint: str
    n_negative: int
    n: int
    share_low: float
    share_high: float


def worst_cause(topics: Sequence[GroupCount], touchpoints: dict[str, str], floor: int) -> Cause | None:
    """Return the topic with the most unhappy mentions, if it has at least `floor` of them and most are unhappy.

    Ranked by reach: the number of unhappy mentions, then by name, so that equal input gives equal causes.
    """
    fit = [one for one in topics if one.n_negative >= floor and 2 * one.n_negative > one.n_read]
    if not fit:
        return None
    worst = min(fit, key=lambda one: (-one.n_negative, one.name))
    low, high = wilson(worst.n_negative, worst.n_read)
    return Cause(
        topic=worst.name, touchpoint=touchpoints.get(worst.name, ""), n_negative=worst.n_negative, n=worst.n_read,
        share_low=low, share_high=high,
    )  # fmt: skip


def open_initiative(
    cause: Cause, standings: Sequence[Standing], owner_of: Callable[[str], str], cycle_id: str, now: datetime, days: int
) -> Initiative:
    """Return the initiative against a cause; the same cause is the same initiative as long as it is open."""
    behind = [one.id for one in standings if one.verdict == "behind" and one.voice == "customer"]
    return Initiative(
        id=content_id("initiative", cause.topic), cycle_id=cycle_id, voice="customer", topic=cause.topic,
        touchpoint=cause.touchpoint, cause=f"{cause.topic}: {cause.n_negative} of {cause.n} mentions are unhappy",
        owner=owner_of(cause.touchpoint), evidence_count=cause.n_negative, evidence=(f"topic:{cause.topic}", *behind),
        opened_at=now, due=now + timedelta(days=days), score=0, expected=Expectation(words="no past to learn from"),
        doubt="",
    )  # fmt: skip


def focus_setting(cause: Cause, standings: Sequence[Standing], cycle_id: str, now: datetime, days: int) -> Setting:
    """Return the setting that makes the next cycle put plays about this cause first."""
    behind = [one for one in standings if one.verdict == "behind" and one.voice == "customer"]
    beside = f"; we are behind {behind[0].peer}" if behind else ""
    return Setting(
        id=content_id("setting", cycle_id, "focus.topics"), cycle_id=cycle_id, name="focus.topics", value=[cause.topic],
        reason=f"{cause.topic} made most people unhappy ({cause.n_negative} of {cause.n} mentions){beside}",
        evidence=(f"topic:{cause.topic}", *(one.id for one in behind)), decided_at=now,
        expires=now + timedelta(days=days),
    )  # fmt: skip
