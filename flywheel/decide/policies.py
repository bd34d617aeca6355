"""Policies on whether a person may be written to now; all are of one shape, and each reason could be told to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from flywheel.decide.saying import judged_once, said
from flywheel.domain.play import PersonView, Play, Verdict
from flywheel.domain.record import Zone
from flywheel.ports import Policy


def _clock(text: str) -> str:
    time.fromisoformat(text)
    return text


_BELOW = "below the contact cap"
ClockTime = Annotated[str, AfterValidator(_clock)]


class ConsentPolicy(Policy):
    """No yes, no message: the ledger's newest word per channel and purpose counts, absent means no."""

    name: ClassVar[str] = "consent"

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Block without consent, and where there is no address."""
        if not view.consented(play.channel, play.purpose):
            return said(self.name, "block", f"no consent to {play.purpose} by {play.channel}")
        if play.channel not in view.reachable:
            return said(self.name, "block", f"no address for {play.channel}")
        return said(self.name, "allow", "consent given")

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Ask a person's ledger once per channel and purpose."""
        return judged_once(
            plays, views, lambda play: (play.channel, play.purpose), lambda play, view: self.judge(play, view, now)
        )


class ContactCapPolicy(Policy):
    """Two clocks: at most so many messages of any kind in a span, and one play not again for a while."""

    name: ClassVar[str] = "contact_cap"

    max_contacts: int = Field(default=1, ge=1)
    days: float = Field(default=7, gt=0)
    same_play_days: float = Field(default=30, gt=0)

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Block who has heard enough from us."""
        if not view.contacts:
            return said(self.name, "allow", _BELOW)
        recent = [one for one in view.contacts if one.at > now - timedelta(days=self.days)]
        if len(recent) >= self.max_contacts:
            return said(self.name, "block", f"{len(recent)} messages within {self.days:g} days already")
        if any(one.play == play.name and one.at > now - timedelta(days=self.same_play_days) for one in view.contacts):
            return said(self.name, "block", f"the same message within {self.same_play_days:g} days already")
        return said(self.name, "allow", _BELOW)


class QuietHoursPolicy(Policy):
    """Nobody is written to at night, by their own clock; it postpones and never forbids."""

    name: ClassVar[str] = "quiet_hours"

    start: ClockTime = "21:00"
    end: ClockTime = "08:00"
    zone: Zone = "UTC"

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Allow, but not before the quiet hours have ended where the person lives."""
        zone = ZoneInfo(view.person.time_zone or self.zone)
        local = now.astimezone(zone)
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        clock = local.time().replace(tzinfo=None)
        quiet = start <= clock or clock < end if start > end else start <= clock < end
        if not quiet:
            return said(self.name, "allow", "not at night")
        day = local.date() + timedelta(days=1 if start > end and clock >= start else 0)
        morning = datetime.combine(day, end, tzinfo=zone)
        return Verdict(
            policy=self.name, ruling="allow", reason=f"waits for {self.end} in {zone.key}", not_before=morning
        )

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Look at the clock once per zone."""
        known: dict[str | None, Verdict] = {}
        spoken = []
        for play, view in zip(plays, views, strict=True):
            zone = view.person.time_zone
            if zone not in known:
                known[zone] = self.judge(play, view, now)
            spoken.append(known[zone])
        return spoken
