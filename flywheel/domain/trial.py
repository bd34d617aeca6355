"""What an experiment counted: how many people in each arm and what happened to them, in sums that can be merged."""

from __future__ import annotations

from typing import NamedTuple

from flywheel.domain.record import Record


class ArmCount(Record):
    """One arm of one variant: `successes` of `n` people."""

    variant: str
    arm: str
    n: int
    successes: int


class Sums(NamedTuple):
    """What came of some decisions. Sums of two groups of people add up to those of both.

    `happened` counts people, `total` adds up amounts within the window, `before` within as long a window before;
    `product` is amount x amount before. `chance` is how many people should have been treated, given who was drawn.
    """

    n: int
    happened: int
    total: float
    squares: float
    cubes: float
    fourths: float
    before: float
    before_squares: float
    product: float
    zeros: int
    chance: float
    chance_variance: float

    def plus(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums._make(a + b for a, b in zip(self, other, strict=True))


NONE = Sums(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0)
"""The sums of nobody."""


class EffectSum(NamedTuple):
    """The sums of those decisions of a week (its Monday) that are alike in all that learning tells apart.

    `among` names the plays of which one was picked, `play` is that one, or `policy` for all plays together.
    """

    week: str
    metric: str
    days: float
    play: str
    variant: str
    arm: str
    tier: str
    topic: str
    segment: str
    among: str
    sums: Sums


POLICY = "policy"
"""All plays together, held against the people for whom none is done."""
