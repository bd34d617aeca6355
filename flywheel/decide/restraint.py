"""Policies of restraint: who does not answer is left alone for a while, and all that reaches somebody adds up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from flywheel.decide.saying import judged_once, said
from flywheel.domain.play import Contacted, PersonView, Play, Tier, Verdict
from flywheel.ports import Policy

_ASKED_FOR: tuple[Tier, ...] = ("safety", "complaint")
"""Whoever is in need or complains asks for an answer: silence about earlier messages is no reason to keep it back."""


class CoolOffPolicy(Policy):
    """After so many ignored messages we keep silent: ignored is what no word and no deed followed in time.

    Pega's example of suppression: ignored twice within 30 days, then not again for 60.
    """

    name: ClassVar[str] = "cool_off"

    ignored: int = Field(default=2, ge=1, description="So many ignored messages,")
    within_days: float = Field(default=30, gt=0, description="within so many days,")
    wait_days: float = Field(default=60, gt=0, le=90, description="and we keep silent for so many after the last.")
    answer_days: float = Field(default=7, gt=0, description="Days in which a message can be answered.")
    spares: tuple[Tier, ...] = Field(default=_ASKED_FOR, description="Tiers that go out all the same.")

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Block whoever showed us that they do not want to hear from us."""
        ignored = sorted(one.at for one in view.contacts if self._ignored(one, now))
        if play.tier in self.spares or len(ignored) < self.ignored:
            return said(self.name, "allow", "has not ignored us")
        for first, last in zip(ignored, ignored[self.ignored - 1 :], strict=False):
            silent = last + timedelta(days=self.wait_days) > now
            if silent and last - first <= timedelta(days=self.within_days):
                words = f"ignored {self.ignored} messages within {self.within_days:g} days"
                return said(self.name, "block", f"{words}: silence for {self.wait_days:g}")
        return said(self.name, "allow", "has had time to breathe")

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Judge each person once per tier."""
        return judged_once(plays, views, lambda play: play.tier, lambda play, view: self.judge(play, view, now))

    def _ignored(self, contact: Contacted, now: datetime) -> bool:
        until = contact.at + timedelta(days=self.answer_days)
        return until <= now and (contact.answered_at is None or contact.answered_at > until)


class FatiguePolicy(Policy):
    """All messages of all plays press on a person, each less as it grows old: sum of weight x 0.5 ^ (age / half-life).

    A message that upset somebody presses more. Two hard limits may stand beside it.
    """

    name: ClassVar[str] = "fatigue"

    most: float = Field(default=3.0, gt=0, description="Pressure that one more message may reach.")
    half_life_days: float = Field(default=14.0, gt=0)
    weights: dict[str, float] = Field(default_factory=dict, description="What a message on a channel weighs; else 1.")
    upset_weighs: float = Field(default=2.0, ge=1, description="Times as much, where an unhappy word followed.")
    most_in_30_days: int | None = Field(default=None, ge=1)
    most_in_90_days: int | None = Field(default=None, ge=1)
    spares: tuple[Tier, ...] = Field(default=_ASKED_FOR, description="Tiers that go out all the same.")

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Block what would be too much, whichever play it is."""
        if play.tier in self.spares or not view.contacts:
            return said(self.name, "allow", "not weary of us")
        for days, most in ((30, self.most_in_30_days), (90, self.most_in_90_days)):
            had = sum(one.at > now - timedelta(days=days) for one in view.contacts)
            if most is not None and had >= most:
                return said(self.name, "block", f"{had} messages within {days} days already")
        pressure = self.weights.get(play.channel, 1.0) + sum(self._pressure(one, now) for one in view.contacts)
        if pressure > self.most:
            return said(self.name, "block", f"one more would press too much: {pressure:.1f} of {self.most:g}")
        return said(self.name, "allow", "not weary of us")

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Judge each person once per tier and channel."""
        return judged_once(
            plays, views, lambda play: (play.tier, play.channel), lambda play, view: self.judge(play, view, now)
        )

    def _pressure(self, contact: Contacted, now: datetime) -> float:
        age = max((now - contact.at) / timedelta(days=1), 0.0)  # what is on its way presses in full
        weight = self.weights.get(contact.channel, 1.0) * (self.upset_weighs if contact.upset else 1.0)
        return float(weight * 0.5 ** (age / self.half_life_days))
