"""Segments: drawn together as far as chance explains their differences."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.learn.segments import pooled

# Eight schools (Rubin 1981; Gelman et al., Bayesian Data Analysis, 3rd ed., 5.5)
EFFECTS, ERRORS = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]


def test_the_eight_schools_come_out_as_in_the_book() -> None:
    found = pooled(EFFECTS, ERRORS)
    # table 5.3: medians 10, 8, 7, 8, 5, 6, 10, 8; the means lie a little further out
    assert [one.effect for one in found.segments] == pytest.approx([11, 8, 7, 8, 5, 6, 10, 8], abs=1.2)
    assert found.mean == pytest.approx(7.9, abs=0.3)
    assert found.differ_p == pytest.approx(0.696, abs=0.002)  # Cochran's Q 4.71 on 7 degrees
    assert [one.measured for one in found.segments] == EFFECTS


def test_no_segment_is_a_winner_by_its_own_noise() -> None:
    first = pooled(EFFECTS, ERRORS).segments[0]
    assert first.effect < first.measured / 2
    assert first.low < 0 < first.high


def test_well_measured_segments_that_differ_stay_where_they_are() -> None:
    found = pooled([0.10, -0.10, 0.30], [0.005, 0.005, 0.005])
    assert [one.effect for one in found.segments] == pytest.approx([0.10, -0.10, 0.30], abs=0.002)
    assert found.differ_p < 1e-6


def test_one_segment_is_what_it_is() -> None:
    [only] = pooled([0.1], [0.02]).segments
    assert (only.effect, only.low, only.high) == pytest.approx((0.1, 0.1 - 0.0392, 0.1 + 0.0392), abs=1e-4)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 3.0])
def test_shrunk_effects_are_nearer_to_the_truth_and_their_intervals_hold_it(spread: float) -> None:
    dice = np.random.default_rng(7)
    held, own, drawn, measured = [], [], [], []
    for _ in range(400):
        errors = dice.uniform(0.5, 2, 7)
        truth = spread * dice.standard_normal(7)
        found = pooled(truth + errors * dice.standard_normal(7), errors).segments
        held += [one.low <= true <= one.high for one, true in zip(found, truth, strict=True)]
        drawn += [(one.effect - true) ** 2 for one, true in zip(found, truth, strict=True)]
        own += [(one.measured - true) ** 2 for one, true in zip(found, truth, strict=True)]
        measured.append(len(found))
    assert np.mean(held) >= 0.92
    assert np.mean(drawn) < np.mean(own)
