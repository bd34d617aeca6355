"""Killed at any point, a plain rerun gives what an undisturbed run gives: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random

import pytest
from places import Place
from soak import ALL, amount
from sweep import samples, undisturbed, wrong_after

SEED = 20260302


@pytest.mark.slow
def test_after_a_kill_at_any_point_a_rerun_completes_the_cycle(place: Place) -> None:
    points, expected = undisturbed(place)
    assert expected["messages"]
    tried, began = samples(points, amount(7, ALL)), sum(os.times()[:4])
    found = {(at, points[at - 1]): wrong_after(place, [at], expected) for at in tried}
    wrong = {point: told for point, told in found.items() if told}
    seconds = (sum(os.times()[:4]) - began) / len(tried)  # ours and our children's, a server's aside
    print(f"\n{len(points)} points, killed at {len(tried)}: {len(wrong)} reruns differ; {seconds:.2f} CPU s a point")
    assert wrong == {}


@pytest.mark.slow
def test_a_rerun_that_is_killed_too_loses_nothing(place: Place) -> None:
    """Histories of two and three kills at random points; a rerun may end before the point it was to die at."""
    points, expected = undisturbed(place)
    chance, histories = random.Random(SEED), amount(2, 200)
    kills = [[chance.randint(1, len(points)) for _ in range(chance.choice((2, 2, 3)))] for _ in range(histories)]
    wrong = {tuple(one): told for one in kills if (told := wrong_after(place, one, expected))}
    print(f"\n{histories} histories of several kills: {len(wrong)} differ")
    assert wrong == {}
