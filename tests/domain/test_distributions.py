"""Tails and quantiles keep to the printed tables."""

from __future__ import annotations

import pytest

from flywheel.domain.distributions import chi2_tail, normal_tail, t_quantile, t_tail


@pytest.mark.parametrize(
    ("df", "t"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (5, 2.5706), (10, 2.2281), (30, 2.0423), (1000, 1.9623)],
)
def test_t_keeps_to_the_table_of_abramowitz_and_stegun_26_10(df: int, t: float) -> None:
    assert t_quantile(0.95, df) == pytest.approx(t, abs=2e-4)


def test_t_with_a_broken_number_of_degrees_lies_between_its_neighbours() -> None:
    assert t_quantile(0.95, 18) < t_quantile(0.95, 17.776) < t_quantile(0.95, 17)
    with pytest.raises(ValueError, match="too few"):
        t_quantile(0.95, 0.5)


@pytest.mark.parametrize(
    ("x", "df", "p"),
    [
        (3.8415, 1, 0.05), (10.828, 1, 0.001), (5.9915, 2, 0.05), (7.8147, 3, 0.05), (18.307, 10, 0.05),
        (124.34, 100, 0.05),
    ],
)  # fmt: skip
def test_chi_squared_keeps_to_the_table_of_abramowitz_and_stegun_26_8(x: float, df: int, p: float) -> None:
    assert chi2_tail(x, df) == pytest.approx(p, rel=2e-3)


def test_chi_squared_is_sure_at_nothing_and_impossible_far_out() -> None:
    assert chi2_tail(0, 4) == 1
    assert chi2_tail(5_000, 700) < 1e-12


def test_the_tails_of_normal_and_t() -> None:
    assert normal_tail(-1.959964) == pytest.approx(0.05, abs=1e-6)
    assert t_tail(2.2281, 10) == pytest.approx(0.05, abs=1e-3)
    assert t_tail(-1.8608, 17.776) == pytest.approx(0.0794, abs=1e-3)  # R: t.test(extra ~ group, data = sleep)
