"""Intervals keep to the values that their authors and our notes give."""

from __future__ import annotations

import pytest

from flywheel.domain.intervals import newcombe, wilson, z_for


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_of_newcombes_table(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_seen_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_newcombe_gives_the_check_value_of_the_notes() -> None:
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.2000, 0.0524, 0.3339), abs=5e-5)


def test_the_interval_of_a_difference_turns_round_with_it() -> None:
    there, back = newcombe(56, 70, 48, 80), newcombe(48, 80, 56, 70)
    assert back == pytest.approx((-there[0], -there[2], -there[1]))


def test_a_share_of_nothing_has_no_difference() -> None:
    with pytest.raises(ValueError, match="share of nothing"):
        newcombe(1, 2, 0, 0)


def test_a_part_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_several_comparisons_widen_the_interval() -> None:
    assert z_for(1) == pytest.approx(1.95996, abs=1e-5)
    assert z_for(8) == pytest.approx(2.73437, abs=1e-5)
