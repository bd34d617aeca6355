"""Who gets what there is too little of: as good as trying everything, no resource overdrawn, need before sale."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from flywheel.decide.allotment import NOBODY, Wanted, allot
from flywheel.decide.solver import Problem, relaxed


def wanted(worth: Any, use: Any, room: Any, tier: Any = None) -> Wanted:
    values = np.array(worth, float)
    ranks = np.zeros(len(values), np.int64) if tier is None else np.array(tier, np.int64)
    return Wanted(values, ranks, np.array(use, float), np.array(room, float))


def reached(got: Any, one: Wanted) -> tuple[float, ...]:
    worth = [one.worth[at, option] if option != NOBODY else 0.0 for at, option in enumerate(got)]
    return tuple(round(sum(w for w, t in zip(worth, one.tier, strict=True) if t == tier), 9) for tier in range(3))


def fits(got: Any, one: Wanted) -> bool:
    used = sum((one.use[option] for option in got if option != NOBODY), np.zeros(len(one.room)))
    allowed = all(option == NOBODY or one.worth[at, option] > 0 for at, option in enumerate(got))
    return bool(allowed and (used <= one.room + 1e-9).all())


def by_trying(one: Wanted) -> tuple[float, ...]:
    ways = itertools.product(range(-1, one.worth.shape[1]), repeat=len(one.worth))
    return max(reached(way, one) for way in ways if fits(way, one))


@pytest.mark.parametrize("seed", range(40))
def test_nothing_better_can_be_found_by_trying_everything(seed: int) -> None:
    dice = np.random.default_rng(seed)
    people, options = int(dice.integers(2, 7)), int(dice.integers(1, 4))
    worth = np.round(dice.random((people, options)), 1) * (dice.random((people, options)) < 0.8)
    use = np.column_stack([np.eye(options), dice.integers(0, 4, options), np.ones(options)])
    room = np.array([*dice.integers(0, 3, options), dice.integers(0, 8), dice.integers(1, 5)])
    one = wanted(worth, use, room, dice.integers(0, 3, people))
    got = allot(one)
    assert fits(got, one)
    assert reached(got, one) == pytest.approx(by_trying(one), abs=1e-6)


def test_where_there_is_enough_everybody_gets_their_best() -> None:
    one = wanted([[0.2, 0.3], [0.5, 0.1], [0.0, 0.0]], [[1], [1]], [2])
    assert not one.binds()
    assert allot(one).tolist() == [1, 0, NOBODY]


def test_of_people_who_are_alike_those_who_come_first_are_served() -> None:
    assert allot(wanted([[0.3, 0.2]] * 4, [[1, 0], [0, 1]], [1, 2])).tolist() == [0, 1, 1, NOBODY]


def test_a_small_need_goes_before_any_number_of_large_offers() -> None:
    one = wanted([[0.9]] * 5 + [[0.001]], [[1.0]], [1], [1] * 5 + [0])
    assert allot(one).tolist() == [NOBODY] * 5 + [0]


def test_where_everybody_differs_prices_and_a_core_come_near_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flywheel.decide.allotment._EXACT", 1_000)
    dice = np.random.default_rng(3)
    people, options = 4_000, 4
    worth = dice.random((people, options)) * (dice.random((people, options)) < 0.7)
    use = np.column_stack([np.eye(options), dice.integers(1, 9, options)])
    one = wanted(worth, use, [500, 300, 700, 250, 5_000])
    got = allot(one)
    assert fits(got, one)
    bound = relaxed(Problem(one.worth, one.tier, np.ones(people, np.int64), one.use, one.room)).worth
    assert reached(got, one)[0] > 0.999 * bound
