"""Who gets which of several plays: the options, and what tells the chance of each before the dice fall."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Option(NamedTuple):
    """One way of doing one play; `factor` is what its effect counts (context x value x lever), above 0."""

    play: str
    variant: str
    factor: float


class Circumstances(NamedTuple):
    """What was known when choosing and may make a play work better or worse; empty where nothing is known."""

    topic: str
    segment: str


class Allocator(Protocol):
    """What tells the chance of each option."""

    def shares(
        self, options: tuple[Option, ...], known: Circumstances, unlearned: frozenset[str] = frozenset()
    ) -> tuple[float, ...]:
        """Return the chance of each option, and of silence as the last; together they are 1.

        Of plays in `unlearned`, what was learned of them is left out: so one sees what it changed.
        """
        ...
