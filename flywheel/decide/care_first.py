"""Care first: nobody in distress is sold to, and where a machine should not answer alone, a human does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from flywheel.decide.saying import judged_once, said
from flywheel.domain.play import Occasion, PersonView, Play, Verdict
from flywheel.ports import Policy

_UPSET = frozenset({"complaint", "threat to leave", "gone"})
_GRAVE = frozenset({"hardship", "legal or safety"})
_PRESSING = frozenset({"high", "raised"})


class CareFirstPolicy(Policy):
    """No sale to somebody who is upset or in need; what is grave, or has happened too often, a human answers.

    Grave are hardship, legal matters, vulnerable people, and what the taxonomy or the source tells of bereavement and
    the press. Whoever complains again and again is not answered as if it were the first time.
    """

    name: ClassVar[str] = "care_first"

    complaints: int = Field(default=3, ge=1, description="From so many complaints in 90 days on, a human answers.")
    vulnerable: tuple[str, ...] = Field(default=(), description="Groups of people whom no machine answers alone.")
    topics: tuple[str, ...] = Field(default=("bereavement", "press"), description="Topics that a human answers.")
    trouble: tuple[str, ...] = Field(
        default=(), description="Topics that mean trouble, however a text reads: no sale, and a human looks at thanks."
    )
    media: tuple[str, ...] = Field(default=("press",), description="Media on which a human answers.")

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Block offers to people in trouble, and ask for a human where a machine should not answer alone."""
        del now  # what weighs on somebody does not hang on the hour
        if play.tier == "offer" and (why := self._no_sale(view)):
            return said(self.name, "block", why)
        groups = set(view.person.groups).intersection(self.vulnerable)
        if groups:
            return said(self.name, "review", f"{min(groups)}: no machine answers alone")
        if view.occasion is None:
            return said(self.name, "allow", "judged when it was decided")
        if why := self._for_a_human(play, view.occasion):
            return said(self.name, "review", why)
        return said(self.name, "allow", "nothing speaks against it")

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Judge each person once per tier."""
        return judged_once(plays, views, lambda play: play.tier, lambda play, view: self.judge(play, view, now))

    def _no_sale(self, view: PersonView) -> str:
        occasion = view.occasion
        if view.open_case or (occasion and (occasion.label == "negative" or occasion.complaints_90d > 0)):
            return "somebody with an open complaint is not sold to"
        if occasion and (occasion.intent in _UPSET | _GRAVE or occasion.urgency in _PRESSING):
            return "somebody in distress is not sold to"
        if occasion and (topic := self._trouble(occasion)):
            return f"somebody who speaks of {topic} is not sold to"
        return ""

    def _trouble(self, occasion: Occasion) -> str:
        return next((one for one in occasion.topics if one in self.trouble), "")

    def _for_a_human(self, play: Play, occasion: Occasion) -> str:
        if play.tier == "relationship" and (topic := self._trouble(occasion)):
            return f"{topic}: a human looks whether thanks are in place"
        if occasion.intent in _GRAVE:
            return f"{occasion.intent}: a human answers"
        grave = [one for one in occasion.topics if one in self.topics]
        if grave or occasion.medium in self.media:
            return f"{grave[0] if grave else occasion.medium}: a human answers"
        upset = occasion.label == "negative" or occasion.intent in _UPSET
        if upset and occasion.complaints_90d >= self.complaints:
            return f"{occasion.complaints_90d} complaints within 90 days: a human answers, with all of them in view"
        return ""
