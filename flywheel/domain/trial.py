"""What an experiment counted: how many people in each arm, and to how many the good thing happened."""

from __future__ import annotations

from flywheel.domain.record import Record


class ArmCount(Record):
    """One arm of one variant: `successes` of `n` people."""

    variant: str
    arm: str
    n: int
    successes: int
