"""The people of the town: what a CRM knows of them, and what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.town.chance import between, dice, pick, weighted
from flywheel.town.plan import CODES, NEED_NAMES, OURS, SEGMENTS, Plan

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


@dataclass(frozen=True, slots=True)
class Traits:
    """The same people as columns, by index: what moves their lives, and what the CRM knows of their consents."""

    talkative: NDArray[np.floating[Any]]
    habit: NDArray[np.floating[Any]]
    need: NDArray[np.integer[Any]]
    tenure: NDArray[np.integer[Any]]
    consent_service: NDArray[np.bool_]
    consent_marketing: NDArray[np.bool_]


Table = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]


def inhabitants(plan: Plan, seed: int, brand: str) -> tuple[Person, ...]:
    """Return the customers of a brand."""
    return _inhabitants(seed, brand, *_nature(plan, brand))


def traits(plan: Plan, seed: int, brand: str) -> Traits:
    """Return the customers of a brand as columns."""
    return _traits(seed, brand, *_nature(plan, brand))


def _nature(plan: Plan, brand: str) -> tuple[int, Table, tuple[tuple[str, float], ...]]:
    needs = tuple((segment, tuple(shares.items())) for segment, shares in plan.needs.items())
    return plan.customers if brand == OURS else plan.rival_customers, needs, tuple(plan.habits.items())


@lru_cache(maxsize=6)
def _inhabitants(
    seed: int, brand: str, n: int, needs: Table, habits: tuple[tuple[str, float], ...]
) -> tuple[Person, ...]:
    by_segment, habit = {segment: dict(shares) for segment, shares in needs}, dict(habits)
    rolls = (dice(seed, "person", brand, index) for index in range(n))
    return tuple(_person(roll, brand, index, by_segment, habit) for index, roll in enumerate(rolls))


@lru_cache(maxsize=6)
def _traits(seed: int, brand: str, n: int, needs: Table, habits: tuple[tuple[str, float], ...]) -> Traits:
    people = _inhabitants(seed, brand, n, needs, habits)
    return Traits(
        talkative=np.array([one.talkative for one in people]),
        habit=np.array([one.habit for one in people]),
        need=np.array([NEED_NAMES.index(one.need) for one in people]),
        tenure=np.array([one.tenure for one in people]),
        consent_service=np.array([one.consent_service for one in people]),
        consent_marketing=np.array([one.consent_marketing for one in people]),
    )


def _person(
    roll: Random, brand: str, index: int, needs: dict[str, dict[str, float]], habits: dict[str, float]
) -> Person:
    segment = weighted(roll, SEGMENTS)
    language = "pl" if roll.random() < 0.4 else "en"
    spend = {"commuter": 900, "leisure": 250, "business": 1_600}[segment]
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
        need=weighted(roll, needs[segment]),
        habit=habits[segment] * between(roll, 0.85, 1.15),
    )


def _groups(roll: Random) -> list[str]:
    age, chair = roll.random(), roll.random()
    return [*(["senior"] if age < 0.18 else ["young"] if age > 0.85 else []), *(["reduced mobility"] * (chair < 0.04))]
