"""The wheel is judged by figures with a source: prospects, predictions, warnings, care, momentum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from sums_of import both

from flywheel.domain.outcome import Appraisal
from flywheel.domain.play import Play
from flywheel.learn.care import Counted
from flywheel.learn.caring import appraised_care, why_review
from flywheel.learn.foreseen import appraised_predictions, auc, brier, calibration, drift
from flywheel.learn.momentum import Parts, momentum
from flywheel.learn.prospects import ProspectRules, prospect, prospects
from flywheel.learn.warnings import LastWord, judged_warnings, match, warnings, weights

DAY = datetime(2026, 3, 2, tzinfo=UTC)
PLAY = Play(name="help", tier="friction", when="x", channel="mail", template="t", metric="returned", holdout=0.3)
RULES = ProspectRules(margin=0.05, anytime_n=5_000, cycles=26)


def by_measure(found: list[Appraisal]) -> dict[str, Appraisal]:
    return {one.measure: one for one in found}


def test_before_its_first_cycle_a_play_is_told_how_many_people_it_needs() -> None:
    one = prospect(PLAY, [], RULES)
    assert one is not None
    assert (one.cycles, one.people_a_cycle) == (None, None)
    assert 3_600 < one.people < 3_800  # a rate of a half, 30 % held out, 5 points: 3,725 by hand
    assert "needs about" in one.says


def test_a_play_that_can_never_know_is_told_so_and_one_that_can_is_told_when() -> None:
    few, many = both((7, 14), (3, 6)), both((3_500, 7_000), (1_500, 3_000))
    assert [one.value for one in prospects("c1", [PLAY], few, RULES)] == [-1]
    [one] = prospects("c1", [PLAY], many, RULES)
    assert (one.value, one.verdict) == (1, "said")
    assert "can never know" in prospects("c1", [PLAY], few, RULES)[0].statement
    exempt = PLAY.model_copy(update={"tier": "safety"})
    assert prospects("c1", [exempt, PLAY.model_copy(update={"holdout": 0})], many, RULES) == []


def test_the_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    risks, happened = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0])
    assert auc(risks, happened)[0] == pytest.approx(0.75)  # scikit-learn's own example
    assert auc(np.full(4, 0.3), happened)[0] == pytest.approx(0.5)
    assert brier(risks, happened)[0] == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)


def test_intervals_of_auc_hold_the_truth() -> None:
    dice, inside = np.random.default_rng(4), 0
    for _ in range(200):
        scores = np.concatenate([dice.normal(1, 1, 60), dice.normal(0, 1, 240)])
        _, low, high = auc(scores, np.repeat([1.0, 0.0], [60, 240]))
        inside += low <= 0.7602 <= high  # Phi(1 / sqrt 2)
    assert inside >= 184


def test_honest_risks_are_good_and_frightened_ones_are_past() -> None:
    dice = np.random.default_rng(8)
    risks = dice.uniform(0.02, 0.4, 3_000)
    happened = dice.random(3_000) < risks
    honest = by_measure(appraised_predictions("c1", "churn", (list(risks), list(happened)), list(risks), {}))
    assert {name: one.verdict for name, one in honest.items()} == {
        "auc": "good", "brier": "said", "calibration": "good", "drift": "good",
    }  # fmt: skip
    frightened = (list(risks * 2), list(happened))
    found = by_measure(appraised_predictions("c1", "churn", frightened, list(risks + 0.3), {"auc": 0.9}))
    assert found["calibration"].verdict == found["drift"].verdict == "past"
    assert "less often" in found["calibration"].statement
    assert "since last time" in found["auc"].statement
    assert calibration(risks * 2, happened.astype(float))[0] == pytest.approx(0.5, abs=0.05)
    assert drift(risks, risks) == pytest.approx(0.0)


def test_of_few_events_nothing_is_said() -> None:
    [one] = appraised_predictions("c1", "churn", ([0.1] * 50, [True] * 9 + [False] * 41), [], {})
    assert (one.verdict, one.value) == ("cannot tell", 9)


def words(n: int, topic: str, side: str, stratum: str = "a", days: float = 0) -> list[LastWord]:
    return [LastWord(f"{side}{topic}{at}", DAY - timedelta(days=days), (stratum,), (topic,)) for at in range(n)]


def test_leavers_are_matched_in_their_stratum_and_time_and_nobody_twice() -> None:
    leavers = [*words(2, "x", "l"), *words(1, "y", "l", "b"), *words(1, "z", "l", "c")]
    stayers = [*words(5, "x", "s"), *words(3, "y", "s", "b", days=30), *words(9, "z", "s", "c", days=-3)]
    matched = match(leavers, stayers)
    assert [one.stratum for one in matched.leavers] == [("a",), ("a",), ("c",)]
    assert len(matched.stayers) == len(set(matched.stayers)) == 5 + 4


def test_a_topic_of_leavers_becomes_a_weight_and_a_wrong_warning_is_told_and_taken_back() -> None:
    leavers = [*words(30, "price", "l"), *words(10, "crew", "l")]
    stayers = [*words(30, "price", "s"), *words(130, "crew", "s")]
    odds = warnings(match(leavers, stayers))
    learned = {one.subject: one for one in weights(odds, {}, "c1")}
    price = learned["warning:price"]
    assert price.after == pytest.approx(log((30 * 130) / (30 * 10)))
    assert learned["warning:crew"].after < 0
    told = {one.subject: one.verdict for one in judged_warnings(odds, {"price": 1.0, "crew": 0.7}, "c1")}
    assert told == {"warning:price": "good", "warning:crew": "wrong"}
    even = warnings(match([*words(20, "price", "l"), *words(20, "crew", "l")],
                          [*words(80, "price", "s"), *words(80, "crew", "s")]))  # fmt: skip
    [taken] = weights(even, {"price": 1.0}, "c2")
    assert (taken.before, taken.after) == (1.0, 0.0)
    assert "no early warning any more" in taken.change
    assert warnings(match(words(19, "price", "l"), stayers)) == []


def test_a_group_that_is_helped_surely_less_makes_the_plan_wait() -> None:
    counts = {"helped": {"a": Counted(500, 20_500), "b": Counted(1_000, 19_000)}}
    found = by_measure(appraised_care("c1", counts, smallest=10, limits=(0.5, 2.0)))
    assert found["a"].value == pytest.approx(0.46, abs=0.005)  # docs-previous.pega.com, bias measurement
    assert found["b"].value == pytest.approx(2.16, abs=0.005)
    assert [one.verdict for one in found.values()] == ["past", "past"]
    assert why_review(list(found.values())) == found["a"].statement
    small = {"helped": {"a": Counted(1, 9), "b": Counted(9, 900), "c": Counted(9, 900)}}
    assert "a" not in by_measure(appraised_care("c1", small, smallest=10, limits=(0.5, 2.0)))
    assert why_review([]) == ""


def test_momentum_keeps_most_of_what_it_was_and_says_its_parts() -> None:
    before = {"momentum": 0.1, "coverage": 0.9, "speed": 0.5, "proven": 0.2, "standing": 0.5}
    now = Parts(coverage=0.95, speed=0.6, proven=0.3, standing=None)
    found = by_measure(momentum("c1", now, before, (0.25, 400)))
    assert found["momentum"].value == pytest.approx(0.7 * 0.1 + 0.3 * (0.05 + 0.1 + 0.1) / 3)
    assert "speed 0.60 (+0.10)" in found["momentum"].statement
    assert (found["friction"].value, found["friction"].n) == (0.25, 400)
    assert "standing" not in found
    first = by_measure(momentum("c1", now, {}, (0.0, 0)))
    assert first["momentum"].value == 0
