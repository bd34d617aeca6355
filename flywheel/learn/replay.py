"""A randomised trial played again as a stream: what the allocation would have earned, had it chosen the arms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from flywheel.learn.means import Floats
from flywheel.learn.thompson import FLOOR, Ints, Seen, allocation, arms_for, forgotten


class Turn(NamedTuple):
    """One cycle of a replay: the propensities it used, and of how many people it kept how many succeeded."""

    shares: Floats
    n: int
    successes: int


def replay(
    arms: Ints, success: Floats, cycles: int, dice: np.random.Generator, *, floor: float = FLOOR,
    keep: float = 1.0,
) -> Iterator[Turn]:  # fmt: skip
    """Yield the cycles of a replay by rejection sampling (Li, Chu, Langford and Wang 2011, WSDM).

    People come in random order, each cycle an equal part of them; one counts only if the allocation would have chosen
    what the trial gave. Unbiased where the trial gave each arm equally often.
    """
    k = int(arms.max()) + 1
    seen = [Seen(0.0, 0.0)] * k
    for block in np.array_split(dice.permutation(len(arms)), cycles):
        shares = allocation(seen, floor)
        kept = block[arms_for(dice.random(len(block)), shares) == arms[block]]
        counts = np.bincount(arms[kept], minlength=k)
        wins = np.bincount(arms[kept], weights=success[kept], minlength=k)
        yield Turn(shares, len(kept), int(wins.sum()))
        seen = [
            Seen(old.n + n, old.successes + s)
            for old, n, s in zip(forgotten(seen, keep), counts, wins, strict=True)
        ]  # fmt: skip
