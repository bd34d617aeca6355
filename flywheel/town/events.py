"""What happens in the town: something is said, a person comes back or leaves, a message arrives and does its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.record import Moment, Record
from flywheel.town.people import Person
from flywheel.town.plan import TALK

Kind = Literal[
    "friction", "praise", "question", "refund", "leaving", "hardship", "neutral", "helped", "annoyed",
    "staff_bad", "staff_good",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

GRIM: frozenset[Kind] = frozenset({"friction", "refund", "leaving", "hardship", "annoyed"})
"""What upsets the person who lives through it."""
TOPICS = ("", *TALK, "refund")
SOURCES = ("contact_form", "survey", "reviews", "social")
SIGNED = ("contact_form", "survey")
"""Where one cannot speak without saying who one is."""
EVENTS = ("returned", "left")

Rows = NDArray[Any]
"""Rows of one of the kinds below; `at` counts seconds from the town's first moment, `index` is the person's."""
TALKED = np.dtype(
    [
        ("at", "i8"), ("index", "i4"), ("day", "i4"), ("play", "i2"), ("kind", "i1"), ("topic", "i1"), ("source", "i1"),
        ("signed", "?"), ("silent", "?"),
    ]
)  # fmt: skip
"""Something said; `day` is when it was caused: by a message of `play`, or of a person's own accord (-1)."""
MESSAGE = np.dtype([("at", "i8"), ("index", "i4"), ("play", "i2")])
REACTION = np.dtype([("at", "i8"), ("index", "i4"), ("play", "i2"), ("effect", "f8")])
HAPPENED = np.dtype([("at", "i8"), ("index", "i4"), ("event", "i1")])


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
    signed: bool = False
    silent: bool = False


class Arrived(Record):
    """One message of the wheel that a person got; `at` is never before the moment up to which the town has lived."""

    key: str
    person: str
    play: str
    at: Moment


def rows(dtype: np.dtype[Any], n: int, **columns: Any) -> Rows:
    """Return n rows of a kind, column by column; what is not given is zero."""
    made = np.zeros(n, dtype)
    for name, values in columns.items():
        made[name] = values
    return made
