"""The scores against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.domain.scoring import accuracy, calibration_error, f1_by_class, macro_f1, macro_f1_interval, surest

TRUTH = ["a", "a", "a", "b", "b", "c"]
GUESS = ["a", "a", "b", "b", "b", "b"]


def test_accuracy_and_f1_are_as_worked_out_by_hand() -> None:
    assert accuracy(TRUTH, GUESS) == pytest.approx(4 / 6)
    assert f1_by_class(TRUTH, GUESS) == pytest.approx({"a": 0.8, "b": 2 / 3, "c": 0.0})
    assert macro_f1(TRUTH, GUESS) == pytest.approx((0.8 + 2 / 3) / 3)


def test_the_interval_holds_the_value_and_narrows_with_n() -> None:
    few, many = macro_f1_interval(TRUTH * 10, GUESS * 10), macro_f1_interval(TRUTH * 1000, GUESS * 1000)

    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5
    assert macro_f1_interval(TRUTH, GUESS) == macro_f1_interval(TRUTH, GUESS)


def test_calibration_error_is_the_mean_gap_between_hope_and_truth() -> None:
    assert calibration_error([1, 1, 0, 0], [0.95, 0.95, 0.95, 0.95]) == pytest.approx(0.45)
    assert calibration_error([1, 0], [0.95, 0.05]) == pytest.approx(0.05)
    assert calibration_error([1, 0], [0.9, 0.9], weight=[9, 1]) == pytest.approx(0.0)
    assert calibration_error([], []) == 0.0


def test_the_surest_come_first_and_ties_keep_their_order() -> None:
    assert surest(np.array([0.5, 0.9, 0.9, 0.1]), 0.75).tolist() == [1, 2, 0]
