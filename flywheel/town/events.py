"""What happens in the town: something is said, a person comes back or leaves, a message arrives and does its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flywheel.domain.record import Moment, Record
from flywheel.town.people import Person

Kind = Literal[
    "friction", "praise", "question", "refund", "leaving", "hardship", "neutral", "helped", "annoyed",
    "staff_bad", "staff_good",
]  # fmt: skip

GRIM: frozenset[Kind] = frozenset({"friction", "refund", "leaving", "hardship", "annoyed"})
"""What upsets the person who lives through it."""


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody says something: when, to whom, about what. The words are found when it is written down."""

    at: datetime
    source: str
    brand: str
    person: Person | None
    kind: Kind
    topic: str
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened to one of our customers."""

    at: datetime
    person: Person
    event: str


class Arrived(Record):
    """One message of the wheel that a person got; `at` is never before the moment up to which the town has lived."""

    key: str
    person: str
    play: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a message does: `effect` is added to the chance of a return within three days."""

    arrived: Arrived
    person: Person
    effect: float
    turn: int
