"""The people who work on the railways: an anonymous pulse survey at ours, public employer reviews for all."""

from __future__ import annotations

from datetime import timedelta

from flywheel.town.chance import between, dice, pick, weighted
from flywheel.town.events import Kind, Said
from flywheel.town.plan import OURS, Plan

_TOPICS: dict[Kind, dict[str, float]] = {
    "staff_bad": {"roster": 0.45, "leadership": 0.35, "information": 0.2},
    "staff_good": {"roster": 0.3, "leadership": 0.3, "crew": 0.4},
}
_WHERE = {("pulse", OURS): 0.42, ("employer_reviews", OURS): 0.16, ("employer_reviews", "Tern Rail"): 0.22,
          ("employer_reviews", "Halcyon Lines"): 0.2}  # fmt: skip
_STORM_MOOD = 0.6
"""How much of their good mood our people keep while signals fail."""


def staff(plan: Plan, seed: int, days: int) -> list[Said]:
    """Return what employees say in some days; nobody knows who they are."""
    found = []
    for day in range(days):
        roll = dice(seed, "staff", day)
        mean = plan.staff_say_a_week / 7
        for number in range(int(mean) + (roll.random() < mean % 1)):
            own = dice(seed, "employee", day, number)
            source, brand = weighted(own, _WHERE)
            mood = plan.mood[brand] * (_STORM_MOOD if brand == OURS and day < len(plan.storm) else 1.0)
            kind: Kind = "staff_good" if own.random() < mood else "staff_bad"
            at = plan.start + timedelta(days=day, seconds=int(between(own, 5, 22) * 3_600))
            language = pick(own, ("en", "pl"))
            topic, name = weighted(own, _TOPICS[kind]), f"E-{day}-{number}"
            found.append(Said(at, source, brand, None, kind, topic, language, name))
    return found
