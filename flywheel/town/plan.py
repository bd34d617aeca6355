"""What kind of town it is: how many people, what they live through, what helps them. The wheel never sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from flywheel.domain.record import Moment, Record

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
"""When the town's first week starts."""

OURS = "Lumen Rail"
CODES = {"Lumen Rail": "LR", "Tern Rail": "TR", "Halcyon Lines": "HL"}
SEGMENTS = {"commuter": 0.5, "leisure": 0.35, "business": 0.15}

NEEDS: dict[str, dict[str, float]] = {
    "commuter": {"repair": 0.55, "explanation": 0.20, "recognition": 0.10, "savings": 0.10, "quiet": 0.05},
    "leisure": {"repair": 0.45, "explanation": 0.15, "recognition": 0.15, "savings": 0.20, "quiet": 0.05},
    "business": {"repair": 0.70, "explanation": 0.15, "recognition": 0.10, "savings": 0.00, "quiet": 0.05},
}
"""What people of a segment need when something happens to them."""

NEED_NAMES = ("repair", "explanation", "recognition", "savings", "quiet")
HABITS = {"commuter": 0.40, "leisure": 0.28, "business": 0.35}
"""The chance of a return within three days when nobody does anything."""

EFFECTS: dict[str, dict[str, float]] = {
    "explain_and_guide": {
        "repair": -0.10, "explanation": 0.04, "recognition": -0.04, "savings": -0.04, "quiet": -0.06,
    },
    "fix_it_for_you": {"repair": 0.26, "explanation": 0.12, "recognition": 0.10, "savings": 0.08, "quiet": 0.0},
    "make_it_right": {"repair": 0.22, "explanation": 0.12, "recognition": 0.15, "savings": 0.15, "quiet": 0.05},
    "care_now": {"repair": 0.10, "explanation": 0.10, "recognition": 0.10, "savings": 0.10, "quiet": 0.05},
    "thank_you": {"repair": 0.03, "explanation": 0.03, "recognition": 0.12, "savings": 0.02, "quiet": -0.02},
    "weekend_offer": {"repair": 0.01, "explanation": 0.01, "recognition": 0.02, "savings": 0.12, "quiet": -0.04},
}  # fmt: skip
"""What a message truly adds to the probability that a person comes back within three days, by what they need."""

QUALITY: dict[str, dict[str, float]] = {
    "Lumen Rail": {
        "delay": 0.10, "information": 0.15, "crew": 0.72, "cleanliness": 0.45, "comfort": 0.35, "wifi": 0.30,
        "price": 0.40, "booking": 0.35, "accessibility": 0.30,
    },
    "Tern Rail": {
        "delay": 0.45, "information": 0.50, "crew": 0.50, "cleanliness": 0.40, "comfort": 0.50, "wifi": 0.60,
        "price": 0.30, "booking": 0.60, "accessibility": 0.50,
    },
    "Halcyon Lines": {
        "delay": 0.40, "information": 0.35, "crew": 0.75, "cleanliness": 0.70, "comfort": 0.70, "wifi": 0.40,
        "price": 0.20, "booking": 0.40, "accessibility": 0.60,
    },
}  # fmt: skip
"""The share of people who speak well of a topic, by brand."""

TALK: dict[str, float] = {
    "delay": 0.34, "information": 0.14, "crew": 0.12, "cleanliness": 0.06, "comfort": 0.10, "wifi": 0.05,
    "price": 0.09, "booking": 0.08, "accessibility": 0.02,
}  # fmt: skip
"""What people talk about."""

TOUCHPOINTS = {
    "delay": "punctuality", "information": "station", "crew": "on board", "cleanliness": "on board",
    "comfort": "on board", "wifi": "on board", "price": "fares", "refund": "customer service", "booking": "app",
    "accessibility": "station",
}  # fmt: skip


MOOD = {"Lumen Rail": 0.30, "Tern Rail": 0.45, "Halcyon Lines": 0.60}


class Plan(Record):
    """The measures of a town; a larger or longer one is another plan, not another generator."""

    start: Moment = MONDAY
    customers: int = 1_500
    rival_customers: int = 700
    said_a_week: int = Field(default=600, description="Pieces of feedback of our customers in a quiet week.")
    rivals_say_a_week: int = 300
    staff_say_a_week: int = 60
    needs: dict[str, dict[str, float]] = NEEDS
    habits: dict[str, float] = HABITS
    effects: dict[str, dict[str, float]] = EFFECTS
    drift: dict[str, float] = Field(default={}, description="What a play's effects gain or lose every week.")
    helped_from: float = Field(default=0.1, description="From this effect on a message is felt as a help.")
    season: float = Field(default=0.0, description="How far habits and talk swing around their mean: 0.2 = a fifth.")
    season_days: float = 84
    offer_plays: tuple[str, ...] = ("weekend_offer",)
    upset_offer: float = Field(default=-0.15, description="What an offer does to somebody who is upset.")
    upset_days: float = 7
    mood: dict[str, float] = Field(default=MOOD, description="The share of employees who speak well of it.")
    storm: tuple[float, ...] = Field(default=(1.7, 1.8, 1.5, 1.0, 0.6, 0.5, 0.4), description="The first days' noise.")
    storm_delay_quality: float = 0.03
    move_day: int = Field(default=7, description="The day on which a competitor cuts its prices.")
    mover: str = "Tern Rail"
    moved_price_quality: float = 0.80
    leave_a_day: float = 0.0006
    move_takes: float = Field(default=1.5, description="How many times as many leave once the competitor has moved.")
    mended: dict[str, float] = Field(default={}, description="What our owners mend: a topic's new share of kind words.")
    mended_day: int = Field(default=0, description="The day from which on it is mended.")

    def quality(self, brand: str, topic: str, day: int) -> float:
        """Return the share that speaks well of a topic on a day: signals fail at ours, a rival moves, owners mend."""
        if brand == self.mover and topic == "price" and day >= self.move_day:
            return self.moved_price_quality
        if brand == OURS and topic in self.mended and day >= self.mended_day:
            return self.mended[topic]
        if brand == OURS and topic == "delay" and day < len(self.storm):
            return self.storm_delay_quality
        return QUALITY[brand][topic]

    def loudness(self, brand: str, day: int) -> float:
        """Return how much is said on a day, as a multiple of a mean day."""
        if brand == OURS and day < len(self.storm):
            return self.storm[day]
        return (0.75 if day % 7 >= 5 else 1.1) * self._swing(day)

    def habit(self, habits: NDArray[Any], day: int) -> NDArray[Any]:
        """Return the chance of a return within three days, in the season of a day."""
        return np.asarray(habits * self._swing(day))

    def leaving(self, day: int) -> float:
        """Return the chance that somebody who is neither upset nor helped leaves on a day."""
        return self.leave_a_day * (self.move_takes if day >= self.move_day else 1.0)

    def _swing(self, day: int) -> float:
        return 1 + self.season * sin(2 * pi * day / self.season_days)
