"""Why a figure moved: its pieces by hand, whatever the groups, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said_sums import answers, texts

from flywheel.orient.mix import Part, split
from flywheel.orient.moves import moves
from flywheel.orient.standings import StandingRules

RULES = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))
groups = st.dictionaries(
    st.sampled_from("abcd"), st.builds(Part, st.integers(1, 500), st.floats(0, 1), st.floats(0, 0.25)), min_size=1
)


def test_a_fall_by_the_mix_alone_is_told_from_one_by_the_rate() -> None:
    # methods 4.16: weights .5/.5 -> .3/.7, rates 60/20 -> 62/22: 40 -> 34 = +2 rate, -8 mix, 0 interaction
    before = {"a": Part(500, 60, 100), "b": Part(500, 20, 100)}
    now = {"a": Part(300, 62, 100), "b": Part(700, 22, 100)}
    found = split(before, now)
    assert found is not None
    assert (found.before, found.now) == pytest.approx((40, 34))
    assert (found.rate.value, found.mix.value, found.interaction.value) == pytest.approx((2, -8, 0), abs=1e-12)


@given(groups, groups)
def test_the_pieces_add_up_to_the_change(before: dict[str, Part], now: dict[str, Part]) -> None:
    found = split(before, now)
    assert found is not None
    pieces = found.rate.value + found.mix.value + found.interaction.value
    assert pieces == pytest.approx(found.change.value, abs=1e-9)
    assert found.change.value == pytest.approx(found.now - found.before, abs=1e-9)
    assert all(piece.low <= piece.value <= piece.high for piece in (found.change, found.rate, found.mix))


def test_a_group_that_was_not_there_before_is_all_mix() -> None:
    found = split({"a": Part(100, 0.5, 0.25)}, {"a": Part(100, 0.5, 0.25), "b": Part(100, 0.9, 0.09)})
    assert found is not None
    assert (found.rate.value, found.interaction.value) == pytest.approx((0, 0))
    assert found.mix.value == pytest.approx(0.2)


def test_nothing_is_said_of_an_empty_period() -> None:
    assert split({}, {"a": Part(1, 1.0, 0.0)}) is None


def test_the_intervals_hold_the_true_pieces() -> None:
    dice, held = np.random.default_rng(3), np.zeros(3)
    for _ in range(500):
        periods = []
        for weight, rates in ((0.5, (0.6, 0.2)), (0.3, (0.62, 0.22))):
            first = dice.random(600) < weight
            said = dice.random(600) < np.where(first, *rates)
            periods.append({
                name: Part(int(who.sum()), float(said[who].mean()), float(said[who].var()))
                for name, who in (("a", first), ("b", ~first))
            })  # fmt: skip
        found = split(*periods)
        assert found is not None
        truths = zip((found.change, found.rate, found.mix), (-0.06, 0.02, -0.08), strict=True)
        held += [piece.low <= truth <= piece.high for piece, truth in truths]
    assert ((held / 500 > 0.92) & (held / 500 < 0.98)).all()


def test_one_plain_sentence_says_whether_and_why() -> None:
    cuts = {
        "segment": [
            answers("nps", [10] * 400 + [0] * 100, part="regular", period=1),
            answers("nps", [10] * 200 + [0] * 300, part="new", period=1),
            answers("nps", [10] * 240 + [0] * 60, part="regular", period=2),
            answers("nps", [10] * 280 + [0] * 420, part="new", period=2),
        ]
    }  # fmt: skip
    whole, *pieces = moves(cuts, 2, 1, RULES, "c")
    assert whole.verdict == "less"
    assert whole.statement == (
        "NPS of Own's customers went from +20.0 to +4.0, down 16.0 points, more than noise: +0.0 points because the "
        "same groups (segment) said something else, \u221216.0 points because others were heard."
    )
    assert {one.part: round(one.value or 0) for one in pieces} == {
        "segment: rate": 0, "segment: mix": -16, "segment: interaction": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("negative", "n", "verdict"), [((300, 310), 1_000, "cannot tell"), ((30_000, 30_100), 100_000, "level")]
)
def test_what_may_be_noise_and_what_surely_did_not_move(negative: tuple[int, int], n: int, verdict: str) -> None:
    cuts = {"medium": [texts("Own", bad, n, period=at) for at, bad in enumerate(negative, 1)]}
    assert moves(cuts, 2, 1, RULES, "c")[0].verdict == verdict


def test_few_answers_are_not_told_of() -> None:
    cuts = {"medium": [texts("Own", 10, 500, period=1), texts("Own", 90, 99, period=2)]}
    assert moves(cuts, 2, 1, RULES, "c") == []
