"""Rate ratios and odds ratios keep to published values; fair care and leavers' topics are read off them."""

from __future__ import annotations

import pytest

from flywheel.domain.intervals import odds_ratio, rate_ratio
from flywheel.learn.care import Counted, fair_care, topic_odds


def test_the_rate_ratio_has_the_check_values_of_the_notes() -> None:
    # methods 4.17 (docs-previous.pega.com, bias measurement): 500 of 20,500 against 1,000 of 19,000
    assert rate_ratio(500, 20_500, 1_000, 19_000)[0] == pytest.approx(0.46, abs=0.005)
    assert rate_ratio(1_000, 19_000, 500, 20_500)[0] == pytest.approx(2.16, abs=0.005)


def test_the_rate_ratio_has_katz_interval_as_the_aspirin_study_prints_it() -> None:
    # Physicians' Health Study (Agresti, Categorical Data Analysis, 2.2-3.1): 1.82 [1.43, 2.31]
    assert rate_ratio(189, 11_034, 104, 11_037) == pytest.approx((1.82, 1.43, 2.31), abs=0.006)


def test_the_odds_ratio_has_woolfs_interval_as_the_aspirin_study_prints_it() -> None:
    # Agresti, Categorical Data Analysis, 3.1.2: 1.83 [1.44, 2.33]
    assert odds_ratio(189, 11_034, 104, 11_037) == pytest.approx((1.83, 1.44, 2.33), abs=0.006)


def test_an_empty_cell_gives_a_wide_interval_and_no_error() -> None:
    for ratio in (rate_ratio, odds_ratio):
        middle, low, high = ratio(0, 50, 10, 50)
        assert 0 < low < middle < high < 1.1
        assert ratio(50, 50, 50, 50)[0] == pytest.approx(1)
    with pytest.raises(ValueError, match="share of nothing"):
        rate_ratio(0, 0, 1, 2)
    with pytest.raises(ValueError, match="3 of 2"):
        odds_ratio(3, 2, 1, 2)


def test_care_is_past_the_limit_only_if_it_surely_is_unequal() -> None:
    found = {
        one.group: one
        for one in fair_care({
            "north": Counted(500, 20_500), "south": Counted(1_000, 19_000), "islands": Counted(0, 12),
            "none": Counted(0, 0),
        })
    }  # fmt: skip
    assert set(found) == {"north", "south", "islands"}
    assert found["north"].finding == "past"
    assert found["south"].finding == "past"
    assert found["islands"].finding != "past"
    assert found["north"].high < 1 < found["south"].low


def test_one_group_alone_is_compared_with_nobody() -> None:
    assert fair_care({"all": Counted(5, 10)}) == []


def test_what_leavers_spoke_of_stands_beside_those_who_stayed_with_intervals_for_all_topics_at_once() -> None:
    [billing, rare] = topic_odds({"billing": 60, "rare": 1}, 200, {"billing": 25}, 200)
    assert (billing.topic, billing.leavers, billing.stayers) == ("billing", 60, 25)
    assert billing.low > 1
    assert rare.low < 1 < rare.high
    alone = odds_ratio(60, 200, 25, 200)
    assert billing.low < alone[1]
    assert billing.high > alone[2]
