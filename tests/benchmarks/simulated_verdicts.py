"""Registers of initiatives that did nothing: how often is one called verified, by weeks of past and topics to compare?

Each week every topic moves by itself; the loudest topic of the last week before the work is chosen, as a cause is. Four
looks, after one, two, four and eight weeks. `python tests/benchmarks/simulated_verdicts.py` prints the share of false
verdicts, and how often work that halves its topic is verified.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from flywheel.orient.verify import Change, effect_of

SEED, WORTH = 9, 0.1
LOOKS = (1, 2, 4, 8)
SPREADS, LEVELS, TOPICS, PAST = (0.2, 0.3, 0.4), (8, 15, 40), (7, 9), (3, 8)
"""Of a week's logarithm; unhappy mentions a week; topics with the chosen one; weeks before the work."""


def verified(past: int, spread: float, level: float, topics: int, registers: int, *, left: float = 1.0) -> float:
    """Return the share of registers whose work was verified; `left` is what the work leaves of its topic."""
    dice = np.random.default_rng([SEED, past, int(100 * spread), int(level), topics])
    return sum(_one(dice, past, spread, level, topics, left) for _ in range(registers)) / registers


def _one(dice: np.random.Generator, past: int, spread: float, level: float, topics: int, left: float) -> bool:
    usual = level * dice.lognormal(0, 0.5, topics) * np.exp(dice.normal(0, spread, (past + LOOKS[-1], topics)))
    weeks = dice.poisson(usual)
    chosen = int(weeks[past - 1].argmax())
    if left < 1:
        weeks[past:, chosen] = dice.poisson(left * usual[past:, chosen])
    before = weeks[:past].sum(axis=0)
    for look, after in enumerate(LOOKS, start=1):
        counts = zip(before.tolist(), weeks[past : past + after].sum(axis=0).tolist(), strict=True)
        changes = [Change(topic=str(at), before=b, after=a) for at, (b, a) in enumerate(counts)]
        verdict = effect_of(changes.pop(chosen), changes, look, WORTH).verdict
        if verdict != "cannot tell yet":
            return verdict == "verified"
    return False


def main() -> None:
    """Print how often idle work is verified, and how often work that halves its topic is."""
    for past in PAST:
        wrong = {each: verified(past, *each, 1_500) for each in product(SPREADS, LEVELS, TOPICS)}
        worst, most = max(wrong.items(), key=lambda one: one[1])
        mean = sum(wrong.values()) / len(wrong)
        print(f"{past} weeks of past: verified falsely {mean:.1%} of 1,500 registers, {most:.1%} at most {worst}")
        found = ", ".join(f"{verified(past, 0.2, 15, each, 300, left=0.5):.0%}" for each in (7, 9, 13))
        print(f"  half of 15 mentions a week removed, 7, 9, 13 topics: verified {found}")


if __name__ == "__main__":
    main()
