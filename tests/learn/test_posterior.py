"""What is believed: priors moved by all the data once, controls shared, circumstances pooled, drift forgotten."""

from __future__ import annotations

import numpy as np
import pytest
from sums_of import both, row, shares

from flywheel.domain.allocation import Circumstances, Option
from flywheel.domain.play import Play
from flywheel.domain.trial import EffectSum
from flywheel.learn.allocating import Thompson
from flywheel.learn.posterior import Memory, Posterior, believe

MEMORY = Memory(keep=1, seed=7, draws=4_000)
ANYWHERE = Circumstances("", "")


def play(name: str = "help", **values: object) -> Play:
    given = {"name": name, "tier": "friction", "when": "x", "channel": "mail", "template": "t", "metric": "returned"}
    return Play.model_validate(given | values)


def after(sums: list[EffectSum], *plays: Play, keep: float = 1) -> Posterior:
    return believe(plays or (play(),), sums, MEMORY.model_copy(update={"keep": keep}))


def shares_of(known: Posterior, *names: str, at: Circumstances = ANYWHERE) -> tuple[float, ...]:
    return Thompson(known, 0.01).shares(tuple(Option(name, "a", 1.0) for name in names), at)


def test_where_nothing_was_seen_the_prior_stands() -> None:
    effect = after([]).effect("help")
    assert (effect.mean, effect.sd) == pytest.approx((0.05, 0.05))
    assert after([]).harm("help") == pytest.approx(0.1587, abs=1e-3)  # one standard deviation below zero


def test_much_data_outweighs_any_prior() -> None:
    effect = after(both((40_000, 100_000), (25_000, 100_000))).effect("help")
    assert effect.mean == pytest.approx(0.15, abs=2e-3)
    assert effect.sd < 0.01


def test_who_was_held_out_of_one_play_teaches_the_others() -> None:
    plays = (play("help"), play("other"))
    mine = [row("default", shares(300, 120)), row("holdout", shares(60, 15))]
    theirs = row("holdout", shares(600, 150), play="other")
    alone, together = after(mine, *plays), after([*mine, theirs], *plays)
    assert together.effect("help").sd < alone.effect("help").sd
    unlike = theirs._replace(tier="relationship")
    assert after([*mine, unlike], *plays).effect("help").sd == pytest.approx(alone.effect("help").sd, rel=0.02)


def test_a_segment_that_differs_is_believed_apart_and_one_hardly_seen_is_drawn_to_the_mean() -> None:
    sums = [
        *both((450, 1_000), (250, 1_000), segment="a"), *both((150, 1_000), (250, 1_000), segment="b"),
        *both((3, 4), (1, 4), segment="new"),
    ]  # fmt: skip
    known = after(sums)
    means = {name: known.draws("help", "a", Circumstances("", name)).mean() for name in ("a", "b", "new")}
    assert means["a"] == pytest.approx(0.20, abs=0.04)
    assert means["b"] == pytest.approx(-0.10, abs=0.04)
    assert means["b"] < means["new"] < means["a"]


def test_what_is_long_past_counts_less() -> None:
    old = both((500, 1_000), (250, 1_000), week="2025-06-02")
    new = both((250, 1_000), (250, 1_000), week="2026-01-05")
    assert after([*old, *new], keep=0.9).effect("help").mean < 0.05 < after([*old, *new], keep=1).effect("help").mean
    assert after([*old, *new], keep=0.5).effect("help").mean == pytest.approx(after(new).effect("help").mean, abs=0.02)


def test_a_season_that_lifts_everybody_is_not_taken_for_an_effect() -> None:
    plays = (play("help", expected_effect_sd=0.2), play("other", expected_effect_sd=0.2))
    weeks = [("2026-01-05", 0.2, 900, 100), ("2026-01-12", 0.4, 100, 900)]  # the second play is picked in the good week
    sums = []
    for week, rate, first, second in weeks:
        sums += both((int(rate * first), first), (int(rate * 300), 300), week=week)
        sums += both((int(rate * second), second), (int(rate * 300), 300), week=week, play="other")
    known = after(sums, *plays)
    assert abs(known.effect("other").mean - known.effect("help").mean) < 0.03


def test_chances_add_up_keep_their_floor_and_follow_the_evidence() -> None:
    plays = (play("good", expected_effect=0.0), play("bad", expected_effect=0.0))
    sums = [*both((400, 1_000), (250, 1_000), play="good"), *both((180, 1_000), (250, 1_000), play="bad")]
    chances = shares_of(after(sums, *plays), "good", "bad")
    assert sum(chances) == pytest.approx(1)
    assert chances[0] > 0.95
    assert min(chances) >= 0.01
    assert shares_of(after([], *plays), "good", "bad")[2] == pytest.approx(0.25, abs=0.03)  # both below zero


def test_what_was_learned_can_be_left_out_of_the_chances() -> None:
    plays = (play("good"), play("bad"))
    sums = [*both((400, 1_000), (250, 1_000), play="good"), *both((180, 1_000), (250, 1_000), play="bad")]
    thompson = Thompson(after(sums, *plays), 0.01)
    options = (Option("good", "a", 1.0), Option("bad", "a", 1.0))
    unlearned = thompson.shares(options, ANYWHERE, frozenset(("good", "bad")))
    assert unlearned[0] == pytest.approx(unlearned[1], abs=0.05)
    assert thompson.shares(options, ANYWHERE) != unlearned


def test_of_two_ways_of_doing_it_the_better_one_is_found() -> None:
    two = play(variants=({"name": "b", "template": "t2"},))
    sums = [*both((250, 1_000), (240, 1_000)), *both((400, 1_000), (240, 1_000), variant="b")]
    chances = Thompson(after(sums, two), 0.01).shares((Option("help", "a", 1.0), Option("help", "b", 1.0)), ANYWHERE)
    assert chances[1] > 0.9


def test_equal_sums_and_seeds_give_equal_chances_whatever_their_order() -> None:
    sums = [*both((40, 100), (25, 100)), *both((30, 90), (25, 100), segment="a", topic="delay")]
    assert shares_of(after(sums), "help") == shares_of(after(sums[::-1]), "help")


def test_the_belief_is_calibrated_over_worlds_drawn_from_the_prior() -> None:
    dice, inside, worlds = np.random.default_rng(2), 0, 300
    for _ in range(worlds):
        truth, base = dice.normal(0.05, 0.05), dice.uniform(0.2, 0.5)
        counts = [int(dice.binomial(n, min(max(rate, 0), 1))) for n, rate in ((400, base + truth), (200, base))]
        effect = believe([play()], both((counts[0], 400), (counts[1], 200)), MEMORY.model_copy(update={"draws": 100}))
        found = effect.effect("help")
        inside += abs(found.mean - truth) <= 1.96 * found.sd
    assert 0.92 <= inside / worlds <= 0.99
