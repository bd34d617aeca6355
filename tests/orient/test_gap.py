"""The gap of two figures: published check values, and a reader's errors that no number of texts makes smaller."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
from said_sums import NOW

from flywheel.domain.standing import Measure
from flywheel.orient.gap import gap_of


def measure(value: float, n: int | None, sd: float | None, **values: Any) -> Measure:
    given = {
        "brand": "Own", "voice": "customer", "measure": "m", "value": value, "n": n, "sd": sd, "basis": "text",
        "higher_is_better": True, "as_of": NOW, "provenance": "test", "unit": "share",
    }  # fmt: skip
    return Measure.model_validate(given | values)


def share(value: float, n: int, **values: Any) -> Measure:
    return measure(value, n, sqrt(value * (1 - value)), **values)


def test_two_shares_have_newcombes_interval() -> None:
    found = gap_of(share(56 / 70, 70), share(48 / 80, 80))  # metricgate.com: 0.2000 [0.0524, 0.3339]
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_reader_that_may_err_is_never_sure_of_a_small_gap_however_many_texts_there_are() -> None:
    million = [share(value, 1_000_000, reader_sd=0.02) for value in (0.52, 0.50)]
    found = gap_of(*million)
    assert found is not None
    assert found.low < 0 < found.high
    assert found.high - found.low > 2 * 1.96 * sqrt(2) * 0.02
    sure = gap_of(*(one.model_copy(update={"reader_sd": 0.0}) for one in million))
    assert sure is not None
    assert sure.low > 0
    assert found.p > 0.4
    assert sure.p < 0.001


def test_a_reader_that_shows_half_of_a_gap_leaves_room_for_all_of_it() -> None:
    plain, diluted = (
        gap_of(*(share(value, 5_000, reader_sd=0.001, dilution=shown) for value in (0.6, 0.5))) for shown in (1.0, 0.5)
    )
    assert plain is not None
    assert diluted is not None
    assert diluted.low == plain.low  # towards zero nothing becomes surer
    assert diluted.high == pytest.approx(2 * plain.high)


def test_the_nps_of_few_people_is_not_sure_of_itself() -> None:
    all_promoters = measure(100.0, 5, 0.0, unit="points")
    found = gap_of(all_promoters, measure(0.0, 5, 100.0, unit="points"))
    assert found is not None
    assert found.low < 100 < found.high + 20
    assert found.high > found.low


def test_two_periods_of_nps_differ_by_the_published_z() -> None:
    # z = (NPS1 - NPS2) / (100 sqrt(V1/n1 + V2/n2)), methods 4.1; three answers of 1,000 move it by little
    v = 0.5 + 1 / 6 - (0.5 - 1 / 6) ** 2
    own, then = (measure(value, 1_000, 100 * sqrt(v), unit="points") for value in (33.3, 28.3))
    found = gap_of(own, then)
    assert found is not None
    half = (found.high - found.low) / 2
    assert half == pytest.approx(196 * sqrt(2 * v / 1_000), rel=0.003)


@pytest.mark.parametrize("known", [{"n": None}, {"sd": None}, {"n": 0}])
def test_without_n_or_spread_there_is_no_interval(known: dict[str, None]) -> None:
    assert gap_of(share(0.5, 100), share(0.5, 100).model_copy(update=known)) is None
