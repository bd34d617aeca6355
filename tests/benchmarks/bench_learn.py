"""What learning can be trusted with: coverage of the intervals, off-policy values, and a replayed trial.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_learn.py`; all of it takes ten to twenty minutes
on two cores, with RUNS=2000 a tenth of that.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from open_bandit import read_log
from simulated_trials import METRICS, Coverage, Setting, anytime_misled, coverage, settings

from flywheel.learn.off_policy import Log, Value, evaluate
from flywheel.learn.replay import replay

RUNS = int(os.environ.get("RUNS", "20000"))
SEED = 20_260_302
CYCLES = 10
REPLAYS = 100
DATA = Path(os.environ.get("FLYWHEEL_DATA", "../shared/data")) / "09_learn"
ARMS = ("No E-Mail", "Womens E-Mail", "Mens E-Mail")


class Simulated(NamedTuple):
    """What one world showed."""

    setting: Setting
    fixed: Coverage
    misled: float


def main() -> None:
    """Print every figure that issue 8 asks for, but the town's."""
    began = time.perf_counter()
    off_policy()
    replayed()
    covered()
    print(f"{time.perf_counter() - began:.0f} s")


def covered() -> None:
    """Print how often intervals hold the truth, by metric and by how many are expected in the rarest cell."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_simulated, enumerate(settings()), chunksize=1))
    print(f"\ncoverage of the 95 % intervals: {len(found)} worlds, {RUNS:,} trials in each, seed {SEED}")
    print("metric  expected  worlds  fixed: least  most   false works: most   anytime, 12 looks, misled: most")
    for metric in METRICS:
        for large in (True, False):
            _print_group(metric, [one for one in found if one.setting.metric == metric], large=large)
    for one in found:
        if not 0.94 <= one.fixed.held <= (0.96 if one.setting.expected_count >= 10 else 1) or one.misled > 0.05:
            print(f"  outside: {one.setting} covers {one.fixed.held:.4f}, anytime misled {one.misled:.4f}")


def off_policy() -> None:
    """Print each policy's value from the other's log beside what it earned."""
    random, bts = (read_log(DATA / f"open_bandit_{name}_men.csv") for name in ("random", "bts"))
    print("off-policy, Open Bandit (men), clicks per thousand; bts as target: its frequency of each item by position")
    for name, log, other, table in (("bts", random, bts, _frequencies(bts)), ("random", bts, random, _equal(bts))):
        found = evaluate(log, table[log.context, log.action], table)
        real = evaluate(other, other.propensity, None).logged
        print(f"value of {name}: it really earned {_per_thousand(real)}, {int(other.reward.sum())} clicks")
        for kind, value in (("IPS", found.ips), ("SNIPS", found.snips), ("DR", found.dr)):
            assert value is not None
            meets = value.low <= real.high and real.low <= value.high
            print(
                f"  {kind:<6}{_per_thousand(value)}  error {1000 * (value.value - real.value):+.2f}  ESS "
                f"{found.effective_n:,.0f}  intervals {'overlap' if meets else 'do NOT overlap'}"
            )


def replayed() -> None:
    """Print what the allocation would have earned of Hillstrom's visits, and its regret by cycle."""
    arms, visits = _hillstrom()
    rates = np.array([visits[arms == arm].mean() for arm in range(len(ARMS))])
    best = rates.max()
    shares, regrets = [], []
    for seed in range(REPLAYS):
        turns = list(replay(arms, visits, CYCLES, np.random.default_rng(seed)))
        people, wins = sum(turn.n for turn in turns), sum(turn.successes for turn in turns)
        regrets.append([best - turn.shares @ rates for turn in turns])
        shares.append((wins / people / best, 1 - regrets[-1][-1] / best))
    whole, last = np.array(shares).T
    print(f"\nreplay of Hillstrom, {CYCLES} cycles, {REPLAYS} orders of arrival; 1 is the best fixed arm ({best:.2%})")
    print(
        f"  all cycles: mean {whole.mean():.3f}, least {whole.min():.3f}, at least 0.95 in {np.mean(whole >= 0.95):.0%}"
    )
    print(f"  last cycle: mean {last.mean():.3f}, least {last.min():.3f}; equal shares: {rates.mean() / best:.3f}")
    print(f"  regret by cycle, points: {' '.join(f'{100 * one:.2f}' for one in np.mean(regrets, axis=0))}")


def _simulated(numbered: tuple[int, Setting]) -> Simulated:
    number, setting = numbered
    dice = np.random.default_rng([SEED, number])
    return Simulated(setting, coverage(setting, RUNS, dice), anytime_misled(setting, RUNS, dice))


def _print_group(metric: str, found: Sequence[Simulated], *, large: bool) -> None:
    some = [one for one in found if (one.setting.expected_count >= 10) == large]
    held = [one.fixed.held for one in some]
    false = max((one.fixed.above for one in some if one.setting.lift == 0), default=0.0)
    misled = max(one.misled for one in some)
    print(
        f"{metric:<8}{'>= 10' if large else '< 10':<10}{len(some):>6}  {min(held):>12.4f} {max(held):>6.4f} "
        f"{false:>18.4f} {misled:>30.4f}"
    )


def _frequencies(log: Log) -> np.ndarray:
    counts = np.zeros((int(log.context.max()) + 1, int(log.action.max()) + 1))
    np.add.at(counts, (log.context, log.action), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def _equal(log: Log) -> np.ndarray:
    shape = (int(log.context.max()) + 1, int(log.action.max()) + 1)
    return np.full(shape, 1 / shape[1])


def _per_thousand(value: Value) -> str:
    return f"{1000 * value.value:.2f} [{1000 * value.low:.2f}, {1000 * value.high:.2f}]"


def _hillstrom() -> tuple[np.ndarray, np.ndarray]:
    with (DATA / "hillstrom_email_rct_64k.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return np.array([ARMS.index(row["segment"]) for row in rows]), np.array([float(row["visit"]) for row in rows])


if __name__ == "__main__":
    main()
