"""A play that does harm is paused by the wheel itself, and its owner told; a person may switch it on again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Setting
from flywheel.domain.outcome import Lift
from flywheel.domain.play import Play
from flywheel.domain.record import Record

ALL = "all"


def switch_of(play: str) -> str:
    """Return the name of the setting that switches a play on and off."""
    return f"plays.{play}.enabled"


class PauseRules(Record):
    """From which probability of harm on a play is paused, and for how many days."""

    sure_at: float
    days: int


def pause(
    play: Play, lifts: Sequence[Lift], harm: float, rules: PauseRules, *, cycle_id: str, now: datetime
) -> Setting | None:
    """Return the setting that pauses a play that harms; None where there is no reason.

    Either an anytime interval lies below zero, or it is probable (`harm`) that the mean effect does. The
    second is no verdict: to stop what probably harms costs little, to go on may cost people much.
    """
    proven = [one for one in lifts if one.verdict == "harms" and one.segment == ALL]
    if not proven and harm < rules.sure_at:
        return None
    evidence = [one.id for one in proven or lifts if one.segment == ALL]
    return Setting(
        id=content_id("setting", cycle_id, switch_of(play.name)), cycle_id=cycle_id, name=switch_of(play.name),
        value=False, reason=f"{_why(play, proven, harm)}; {play.owner} is told", evidence=tuple(evidence),
        decided_at=now, expires=now + timedelta(days=rules.days),
    )  # fmt: skip


def resumed(pause: Setting, actor: str, reason: str, now: datetime, days: int) -> Setting:
    """Return the setting by which a person switches a paused play on again; their word stands for so many days."""
    return Setting(
        id=content_id("setting", pause.id, "resumed", now.isoformat()), cycle_id=pause.cycle_id, name=pause.name,
        value=True, reason=f"{actor} switched it on again: {reason}", evidence=(pause.id,), decided_at=now,
        expires=now + timedelta(days=days),
    )  # fmt: skip


def _why(play: Play, proven: Sequence[Lift], harm: float) -> str:
    if proven:
        worst = proven[0]
        return (
            f"{play.name} does harm: {worst.metric} {100 * worst.effect:+.1f} points, at any look between "
            f"{100 * worst.anytime_low:+.1f} and {100 * worst.anytime_high:+.1f}"
        )
    return f"{play.name} probably does harm ({harm:.0%} sure), so it is paused before that is proven"
