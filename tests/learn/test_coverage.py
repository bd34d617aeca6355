"""Do the intervals keep what they promise? 2,000 trials a world here; all worlds, 20,000 each, in bench_learn.py.

Tolerances are three standard errors of a simulation of 2,000: 0.016 at 94 %.
"""

from __future__ import annotations

import numpy as np
import pytest
from simulated_trials import METRICS, Metric, Setting, anytime_misled, contrast, coverage, draw, standard_errors

RUNS = 2_000
LEAST, MOST = 0.94 - 0.016, 0.96 + 0.013
ERRS = 0.05 + 0.015

FREQUENT = [
    Setting(metric, rate, n, control, lift)
    for metric in METRICS
    for rate, n, control, lift in (
        (0.2, 200, 0.5, 0.3), (0.5, 1_000, 0.2, 0.0), (0.05, 5_000, 0.2, 0.3), (0.01, 20_000, 0.5, 0.0),
    )
]  # fmt: skip
RARE = [
    Setting(metric, rate, n, control, lift)
    for metric in METRICS
    for rate, n, control, lift in ((0.01, 200, 0.5, 0.3), (0.01, 1_000, 0.2, 0.0), (0.05, 200, 0.2, 0.3))
]


@pytest.mark.parametrize("setting", FREQUENT, ids=str)
def test_where_ten_are_expected_everywhere_the_interval_holds_the_truth_in_94_to_96_percent(setting: Setting) -> None:
    assert setting.expected_count >= 10
    found = coverage(setting, RUNS, np.random.default_rng(1))
    assert LEAST <= found.held <= MOST
    assert setting.lift > 0 or found.above <= ERRS, "false 'works'"


@pytest.mark.parametrize("setting", RARE, ids=str)
def test_where_fewer_are_expected_it_holds_the_truth_in_at_least_94_percent(setting: Setting) -> None:
    assert setting.expected_count < 10
    found = coverage(setting, RUNS, np.random.default_rng(2))
    assert found.held >= LEAST
    assert setting.lift > 0 or found.above <= ERRS, "false 'works'"


@pytest.mark.parametrize("setting", [*FREQUENT, *RARE], ids=str)
def test_who_looks_after_each_of_twelve_cycles_is_misled_in_at_most_5_percent(setting: Setting) -> None:
    assert anytime_misled(setting, RUNS, np.random.default_rng(3)) <= ERRS


@pytest.mark.parametrize("metric", METRICS)
def test_the_simulation_uses_the_products_own_standard_errors(metric: Metric) -> None:
    dice = np.random.default_rng(4)
    for rate, sizes in ((0.01, (150, 50)), (0.2, (120, 80)), (0.5, (30, 10))):
        arms = [draw(metric, rate, n, 50, dice) for n in sizes]
        ours = [contrast(metric, arms[0], arms[1], run).standard_error for run in range(50)]
        assert standard_errors(metric, arms[0], arms[1]) == pytest.approx([np.inf if e is None else e for e in ours])
