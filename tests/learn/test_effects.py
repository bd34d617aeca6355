"""The spread of a difference of shares, and an interval that may be looked at again and again."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from flywheel.domain.trial import ArmCount
from flywheel.learn.effects import anytime_half_width, standard_error

Z = 1.959963984540054


def arms(treated: tuple[int, int], control: tuple[int, int], variant: str = "a") -> list[ArmCount]:
    return [
        ArmCount(variant=variant, arm="default", successes=treated[0], n=treated[1]),
        ArmCount(variant=variant, arm="holdout", successes=control[0], n=control[1]),
    ]


@pytest.mark.parametrize(("n", "times"), [(500, 1.97), (2_000, 1.59), (5_000, 1.55)])
def test_the_anytime_interval_is_wider_than_the_fixed_one_by_the_known_factor(n: int, times: float) -> None:
    error = 1 / sqrt(n)
    assert anytime_half_width(error, n, 5_000) / (Z * error) == pytest.approx(times, abs=0.01)


def test_who_looks_again_and_again_is_misled_by_the_fixed_interval_and_not_by_the_anytime_one() -> None:
    dice, paths, longest = np.random.default_rng(11), 400, 4_000
    looks = np.arange(100, longest + 1, 50)
    means = np.cumsum(dice.standard_normal((paths, longest)), axis=1)[:, looks - 1] / looks
    fixed = Z / np.sqrt(looks)
    anytime = np.array([anytime_half_width(1 / sqrt(n), int(n), 2_000) for n in looks])
    misled_fixed = float((np.abs(means) > fixed).any(axis=1).mean())
    misled_anytime = float((np.abs(means) > anytime).any(axis=1).mean())
    assert misled_fixed > 0.20
    assert misled_anytime <= 0.05


def test_the_standard_error_adds_one_of_each_and_is_never_zero() -> None:
    treated, control = arms((40, 100), (25, 100))
    by_hand = sqrt((41 / 102) * (61 / 102) / 102 + (26 / 102) * (76 / 102) / 102)
    assert standard_error(treated, control) == pytest.approx(by_hand)
    assert standard_error(*arms((0, 5), (5, 5))) > 0
