"""What counts how much: weights that add up to what is explained, with intervals, and equal ones where too few."""

from __future__ import annotations

from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest

from flywheel.orient.weights import driver_weights, relative_weights, weight_findings

DRIVERS = ("IMAG", "PERQ", "PERV")


def r2(x: np.ndarray, y: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(y)), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - left.var() / y.var()


def shapley(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    k = x.shape[1]
    shares = np.zeros(k)
    for at in range(k):
        rest = [one for one in range(k) if one != at]
        for size in range(k):
            for some in combinations(rest, size):
                gain = r2(x[:, [*some, at]], y) - (r2(x[:, list(some)], y) if some else 0)
                shares[at] += gain / (k * comb(k - 1, size))
    return shares


def made(n: int, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = dice.normal(size=(n, 3))
    x[:, 1] += 0.8 * x[:, 0]
    return x, x @ [1.0, 0.5, 0.0] + dice.normal(size=n)


def test_the_weights_add_up_to_what_is_explained_and_are_near_shapleys() -> None:
    x, y = made(2_000, np.random.default_rng(2))
    found = relative_weights(x, y)
    assert found.sum() == pytest.approx(r2(x, y))
    assert found == pytest.approx(shapley(x, y), abs=0.01)


def test_independent_drivers_weigh_their_squared_correlations() -> None:
    x = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]] * 60)
    y = x @ [2.0, 1.0]
    assert relative_weights(x, y) == pytest.approx([0.8, 0.2])


def test_twins_share_their_weight_equally() -> None:
    x = np.random.default_rng(0).normal(size=(300, 1)) @ np.ones((1, 2))
    assert relative_weights(x, x[:, 0]) == pytest.approx([0.5, 0.5])


def test_too_few_rows_get_equal_weights_and_are_told_so() -> None:
    x, y = made(199, np.random.default_rng(2))
    weights, explained, n = driver_weights(["a", "b", "c"], x, y, np.random.default_rng(1))
    assert [one.value for one in weights] == pytest.approx([1 / 3] * 3)
    [first, *_] = weight_findings(weights, explained, n, "nps", ("Own", "customer", "c"))
    assert first.verdict == "cannot tell"
    assert "equal, for only 199 people answered everything" in first.statement


def test_the_same_seed_gives_the_same_intervals() -> None:
    x, y = made(250, np.random.default_rng(2))
    one, other = (driver_weights(["a", "b", "c"], x, y, np.random.default_rng(7)) for _ in range(2))
    assert one == other
    assert all(weight.low < weight.value < weight.high for weight in one[0])


def test_a_half_answered_row_counts_for_nothing() -> None:
    x, y = made(260, np.random.default_rng(2))
    x[:60, 1] = np.nan
    assert driver_weights(["a", "b", "c"], x, y, np.random.default_rng(1))[2] == 200


def test_the_drivers_of_satisfaction_of_mobile_customers(data_dir: Path) -> None:
    file = data_dir / "10_benchmarks" / "ecsi_mobile_provider_survey.csv"
    header = file.read_text(encoding="utf-8").splitlines()[0].replace('"', "").split(",")
    rows = np.genfromtxt(file, delimiter=",", skip_header=1)

    def scale(block: str) -> np.ndarray:
        return np.column_stack([rows[:, at] for at, name in enumerate(header) if name.startswith(block)]).mean(axis=1)

    x = np.column_stack([scale(block) for block in DRIVERS])
    weights, explained, n = driver_weights(DRIVERS, x, scale("CUSA"), np.random.default_rng(1))
    assert n == 250
    assert explained == pytest.approx(r2(x, scale("CUSA")))
    near = shapley(x, scale("CUSA")) / explained
    assert [one.value for one in weights] == pytest.approx(near, abs=0.02)
    print(
        "\nweights of satisfaction, R²",
        round(explained, 3),
        *(f"{w.driver} {w.value:.3f} [{w.low:.3f}, {w.high:.3f}]" for w in weights),
    )
