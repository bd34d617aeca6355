"""What an experiment counted: how many people in each arm and what happened to them, in sums that can be merged."""

from __future__ import annotations

from collections.abc import Iterable
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
    `squares`, `cubes`, `fourths` are powers of the amount, `product` is amount x amount before.
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

    def plus(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums._make(a + b for a, b in zip(self, other, strict=True))


NONE = Sums(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)
"""The sums of nobody."""


def added(sums: Iterable[Sums]) -> Sums:
    """Return the sums of all of them."""
    whole = NONE
    for one in sums:
        whole = whole.plus(one)
    return whole


class EffectSum(NamedTuple):
    """The sums of those decisions of a week (its Monday) that are alike in all that learning tells apart.

    `among` names the plays of which one was picked, `play` is that one, or `policy` for all plays together. `plan` is
    the chance that these people had of being treated rather than held out; 0 for those who are neither.
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
    plan: float
    sums: Sums


POLICY = "policy"
"""All plays together, held against the people for whom none is done."""
