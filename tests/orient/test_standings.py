"""Where we stand: ahead or behind only beyond chance, level only when surely close, else nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any

import pytest

from flywheel.domain.standing import Measure, Standing
from flywheel.orient.measures import NEGATIVE_SHARE
from flywheel.orient.standings import StandingRules, compare

RULES = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def share(brand: str, value: float, n: int | None = 1_000, **values: Any) -> Measure:
    spread = sqrt(value * (1 - value)) if value <= 1 else 1.0
    given = {
        "brand": brand, "voice": "customer", "measure": NEGATIVE_SHARE, "value": value, "n": n,
        "sd": spread, "basis": "text", "higher_is_better": False, "as_of": NOW,
        "provenance": "test", "unit": "share",
    }  # fmt: skip
    return Measure.model_validate(given | values)


def stand(own: Measure, *others: Measure) -> list[Standing]:
    return compare([own], others, RULES, "c1", NOW)


@pytest.mark.parametrize(
    ("own", "theirs", "values", "verdict", "reason"),
    [
        (0.30, 0.45, {}, "ahead", "more than chance"),
        (0.45, 0.30, {}, "behind", "more than chance"),
        (0.45, 0.30, {"higher_is_better": True}, "ahead", "more than chance"),
        (0.30, 0.33, {}, "cannot tell", "may be chance"),
        (0.30, 0.30, {"n": 100_000}, "level", "surely closer than 3%"),
        (0.30, 0.30, {}, "cannot tell", "may be chance"),
        (0.30, 0.31, {"n": 100_000}, "level", "surely closer"),
        (0.30, 0.60, {"n": 99}, "cannot tell", "rests on 99 answers, fewer than 100"),
        (0.30, 0.60, {"n": None}, "cannot tell", "without its n"),
        (0.30, 0.60, {"sd": None}, "cannot tell", "no spread published"),
        (0.30, 0.60, {"as_of": NOW - timedelta(days=401)}, "cannot tell", "401 days old"),
        (0.30, 0.60, {"as_of": NOW - timedelta(days=400)}, "ahead", "more than chance"),
        (0.0, 0.0, {}, "level", "surely closer"),
        (0.0, 1.0, {}, "ahead", "more than chance"),
    ],
)  # fmt: skip
def test_a_gap_is_called_by_what_may_honestly_be_said(
    own: float, theirs: float, values: dict[str, Any], verdict: str, reason: str
) -> None:
    both = {name: value for name, value in values.items() if name == "higher_is_better" or value == 100_000}
    [one] = stand(share("Own", own, **both), share("Peer", theirs, **values))
    assert (one.verdict, one.peer) == (verdict, "Peer")
    assert reason in one.reason
    assert one.gap == pytest.approx(own - theirs)
    if verdict != "cannot tell":
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.gap <= one.high


def test_the_gap_of_two_shares_has_newcombes_interval() -> None:
    [one] = stand(share("Own", 56 / 70, 70), share("Peer", 48 / 80, 80))
    assert (one.low, one.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_only_the_same_measure_basis_and_voice_is_compared() -> None:
    others = [
        share("Peer", 0.5, voice="employee"), share("Peer", 0.5, basis="survey"), share("Peer", 0.5, measure="nps"),
    ]  # fmt: skip
    assert compare([share("Own", 0.3)], others, RULES, "c1", NOW) == []


def test_many_comparisons_make_each_one_harder() -> None:
    near = share("Peer", 0.345)
    [alone] = stand(share("Own", 0.30), near)
    assert alone.verdict == "ahead"
    among = stand(share("Own", 0.30), near, *(share(f"P{at}", 0.31) for at in range(9)))
    assert {one.peer: one.verdict for one in among}["Peer"] == "cannot tell"


def test_a_mean_has_welchs_interval() -> None:
    own = share(
        "Own", 8.0, 400, sd=2.0, basis="survey", measure="csat 1..10", higher_is_better=True, unit="score", span=9.0
    )
    [one] = stand(own, own.model_copy(update={"brand": "Peer", "value": 7.0}))
    half = 1.962939 * sqrt(0.02)  # t of 798 degrees of freedom, from R's qt(0.975, 798)
    assert (one.low, one.high) == pytest.approx((1 - half, 1 + half), abs=1e-5)
    assert one.verdict == "ahead"
