"""Asking first: where a tier, a value, a cost or a doubt wants a person's approval, and where it wants two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from flywheel.decide.saying import judged_once, said
from flywheel.domain.play import PersonView, Play, Tier, Verdict
from flywheel.ports import Policy


class AskFirstPolicy(Policy):
    """A person approves first, and above a threshold two; a limit that is left out asks nobody."""

    name: ClassVar[str] = "ask_first"

    tiers: tuple[Tier, ...] = Field(default=(), description="Tiers of which every message is approved first.")
    value: float | None = Field(default=None, gt=0, description="From this value of a person on.")
    cost: float | None = Field(default=None, gt=0, description="From this cost of a play on.")
    doubt_below: float | None = Field(default=None, gt=0, le=1, description="Below this confidence of the reading.")
    second_value: float | None = Field(default=None, gt=0, description="From this value on, two people.")
    second_cost: float | None = Field(default=None, gt=0, description="From this cost on, two people.")

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Ask for a human where much hangs on it, or where we are not sure what was meant."""
        del now  # it does not hang on the hour
        worth = view.person.value or 0.0
        if _reached(worth, self.second_value) or _reached(play.cost, self.second_cost):
            return said(self.name, "review", "much hangs on it: two people approve", second_person=True)
        if play.tier in self.tiers:
            return said(self.name, "review", f"{play.tier}: a person approves")
        if _reached(worth, self.value) or _reached(play.cost, self.cost):
            return said(self.name, "review", "much hangs on it: a person approves")
        occasion = view.occasion
        if occasion and self.doubt_below is not None and (occasion.confidence or 0.0) < self.doubt_below:
            return said(self.name, "review", "not sure what was meant: a person approves")
        return said(self.name, "allow", "nobody needs to be asked")

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Judge each person once per tier and cost."""
        return judged_once(
            plays, views, lambda play: (play.tier, play.cost), lambda play, view: self.judge(play, view, now)
        )


def _reached(value: float, limit: float | None) -> bool:
    return limit is not None and value >= limit
