"""Where we stand: ahead or behind only beyond chance, level only when surely close, else nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any

import pytest

from flywheel.domain.standing import Measure, Standing
from flywheel.domain.summary import BrandCount
from flywheel.orient.heard import NEGATIVE_SHARE, HeardBenchmark, heard_measures
from flywheel.orient.standings import StandingRules, _holm, compare

RULES = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def share(brand: str, value: float, n: int | None = 1_000, **values: Any) -> Measure:
    spread = sqrt(value * (1 - value)) if value <= 1 else 1.0
    given = {
        "brand": brand, "voice": "customer", "measure": NEGATIVE_SHARE, "value": value, "n": n,
        "sd": spread, "basis": "text", "higher_is_better": False, "as_of": NOW,
        "provenance": "test",
    }  # fmt: skip
    return Measure.model_validate(given | values)


def stand(own: Measure, *others: Measure) -> list[Standing]:
    return compare([own, *others], "Own", [one.brand for one in others], RULES, "c1", NOW)


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


def test_only_the_same_measure_basis_and_voice_of_a_named_peer_is_compared() -> None:
    others = [
        share("Peer", 0.5, voice="employee"), share("Peer", 0.5, basis="survey"), share("Peer", 0.5, measure="nps"),
        share("Stranger", 0.5),
    ]  # fmt: skip
    assert compare([share("Own", 0.3), *others], "Own", ["Peer"], RULES, "c1", NOW) == []


def test_holms_step_down_by_hand() -> None:
    # 0.005 <= 0.05/4, 0.01 <= 0.05/3, 0.03 > 0.05/2: there it stops
    assert _holm([0.01, 0.04, 0.03, 0.005]) == [True, False, False, True]
    assert _holm([0.01, None, 0.04, 0.03, 0.005]) == [True, False, False, False, True]
    assert _holm([0.04]) == [True]
    assert _holm([0.04, 0.9]) == [False, False]
    assert _holm([None]) == [False]
    assert _holm([]) == []


def test_many_comparisons_make_each_one_harder() -> None:
    near = share("Peer", 0.345)
    [alone] = stand(share("Own", 0.30), near)
    assert alone.verdict == "ahead"
    among = stand(share("Own", 0.30), near, *(share(f"P{at}", 0.31) for at in range(9)))
    assert {one.peer: one.verdict for one in among}["Peer"] == "cannot tell"


def test_a_survey_score_has_a_normal_interval() -> None:
    own = share("Own", 8.0, 400, sd=2.0, basis="survey", measure="csat", higher_is_better=True)
    [one] = stand(own, own.model_copy(update={"brand": "Peer", "value": 7.0}))
    assert (one.low, one.high) == pytest.approx((1 - 1.96 * sqrt(0.02), 1 + 1.96 * sqrt(0.02)), abs=1e-4)
    assert one.verdict == "ahead"


def test_what_we_hear_ourselves_becomes_a_share_of_what_could_be_read() -> None:
    counts = [
        BrandCount(brand="Peer", voice="customer", last_day="2026-02-01", n=12, n_read=10, n_negative=4, n_neutral=3,
                   n_positive=3),
        BrandCount(brand="Peer", voice="employee", last_day="", n=5, n_read=0, n_negative=0, n_neutral=0, n_positive=0),
        BrandCount(brand="Own", voice="employee", last_day="2099-01-01", n=2, n_read=2, n_negative=1, n_neutral=0,
                   n_positive=1),
    ]  # fmt: skip
    first, second = heard_measures(counts, NOW)
    assert (first.value, first.n, first.sd, first.as_of) == (
        0.4,
        10,
        pytest.approx(sqrt(0.24)),
        datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert (second.voice, second.as_of) == ("employee", NOW)
    assert HeardBenchmark().measures([first, second], NOW - timedelta(days=1)) == [first]
