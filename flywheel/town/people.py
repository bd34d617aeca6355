"""The people of the town: what a CRM knows of them, and what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from flywheel.town.chance import between, dice, pick, weighted
from flywheel.town.plan import CODES, NEEDS, OURS, SEGMENTS, Plan

_SURNAMES = (
    "nowak", "lis", "wilk", "zajac", "sikora", "kruk", "baran", "dudek", "gray", "hill", "marsh", "reed", "stone",
    "wells", "birch", "frost", "lane", "moss", "perry", "swift",
)  # fmt: skip
_ZONES = {"pl": {"Europe/Warsaw": 1.0}, "en": {"Europe/Warsaw": 0.5, "Europe/London": 0.4, "Europe/Berlin": 0.1}}


@dataclass(frozen=True, slots=True)
class Person:
    """One inhabitant; `need` and `habit` (the chance of a return within three days) are hidden from the wheel."""

    index: int
    id: str
    brand: str
    language: str
    gender: str
    zone: str
    segment: str
    groups: tuple[str, ...]
    email: str
    value: int
    tenure: int
    consent_service: bool
    consent_marketing: bool
    consent_day: int
    talkative: float
    need: str
    habit: float


@lru_cache(maxsize=4)
def _inhabitants(seed: int, brand: str, n: int) -> tuple[Person, ...]:
    return tuple(_person(dice(seed, "person", brand, index), brand, index) for index in range(n))


def inhabitants(plan: Plan, seed: int, brand: str) -> tuple[Person, ...]:
    """Return the customers of a brand."""
    return _inhabitants(seed, brand, plan.customers if brand == OURS else plan.rival_customers)


def _person(roll: Random, brand: str, index: int) -> Person:
    segment = weighted(roll, SEGMENTS)
    language = "pl" if roll.random() < 0.4 else "en"
    spend = {"commuter": 900, "leisure": 250, "business": 1_600}[segment]
    habit = {"commuter": 0.40, "leisure": 0.28, "business": 0.35}[segment]
    consents = roll.random() < 0.85
    number = f"{index + 1:06d}"
    return Person(
        index=index,
        id=f"{CODES[brand]}-{number}",
        brand=brand,
        language=language,
        gender=pick(roll, ("masculine", "feminine")),
        zone=weighted(roll, _ZONES[language]),
        segment=segment,
        groups=(segment, *_groups(roll)),
        email=f"{pick(roll, 'abdejkmprstz')}.{pick(roll, _SURNAMES)}{index + 1}@example.{pick(roll, ('com', 'org'))}",
        value=int(spend * between(roll, 0.4, 1.6)),
        tenure=int(between(roll, 20, 2_400)),
        consent_service=consents,
        consent_marketing=consents and roll.random() < 0.5,
        consent_day=int(between(roll, 1, 400)),
        talkative=between(roll, 0.5, 1.5),
        need=weighted(roll, NEEDS[segment]),
        habit=habit + between(roll, -0.05, 0.05),
    )


def _groups(roll: Random) -> list[str]:
    age, chair = roll.random(), roll.random()
    return [*(["senior"] if age < 0.18 else ["young"] if age > 0.85 else []), *(["reduced mobility"] * (chair < 0.04))]
