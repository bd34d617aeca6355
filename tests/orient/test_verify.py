"""An initiative is verified by data beside untouched topics: not by hope, a quiet month, or looking often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from flywheel.orient.verify import SPENT, Change, Effect, effect_of, look_is_due, spans, too_little_past

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEADY = [(60, 30), (80, 42), (40, 19), (100, 51), (30, 16), (50, 26)]


def changes(*counts: tuple[int, int]) -> list[Change]:
    return [Change(topic=f"t{at}", before=before, after=after) for at, (before, after) in enumerate(counts)]


def effect(before: int, after: int, untouched: list[tuple[int, int]] = STEADY, look: int = 1) -> Effect:
    return effect_of(Change(topic="delay", before=before, after=after), changes(*untouched), look, 0.1)


def test_what_fell_far_more_than_untouched_topics_is_verified() -> None:
    one = effect(200, 20)
    assert one.verdict == "verified"
    assert one.effect == pytest.approx(20.5 / 200.5 / 0.51 - 1, abs=0.01)
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.effect < one.high < 0


def test_a_quiet_month_for_everything_verifies_nothing() -> None:
    assert effect(200, 100).verdict == "cannot tell yet"
    everything_halved = effect(4_000, 2_000, [(before * 40, after * 40) for before, after in STEADY])
    assert everything_halved.effect == pytest.approx(0, abs=0.03)


def test_what_grew_beside_the_others_is_refuted() -> None:
    one = effect(200, 220)
    assert one.verdict == "refuted"
    assert "less than the 10% fewer" in one.reason


def test_few_voices_cannot_tell() -> None:
    assert effect(6, 2).verdict == "cannot tell yet"


def test_topics_that_jump_about_by_themselves_widen_the_interval() -> None:
    calm, wild = effect(300, 60), effect(300, 60, [(60, 90), (80, 14), (40, 55), (100, 21), (30, 16), (50, 40)])
    assert calm.verdict == "verified"
    assert wild.verdict == "cannot tell yet"


def test_without_enough_untouched_topics_nobody_can_tell() -> None:
    one = effect(200, 20, [(60, 30), (80, 42), (40, 19), (0, 0)])
    assert (one.verdict, one.effect) == ("cannot tell yet", None)
    assert "only 3 untouched topics" in one.reason


def test_a_topic_that_fell_silent_has_an_effect_too() -> None:
    one = effect(150, 0)
    assert one.verdict == "verified"
    assert one.effect is not None
    assert one.effect > -1


def test_all_looks_together_spend_five_percent() -> None:
    assert sum(SPENT) == pytest.approx(0.05)
    widths = [
        one.high - one.low for one in (effect(200, 60, look=look) for look in (1, 2, 3, 4)) if one.high and one.low
    ]
    assert widths == sorted(widths, reverse=True)


def test_looks_come_after_one_two_four_and_eight_weeks() -> None:
    def due(days: int, looks: int) -> bool:
        return look_is_due(NOON, NOON + timedelta(days=days), looks, after_days=7)

    assert [due(days, 0) for days in (6, 7)] == [False, True]
    assert [due(days, 3) for days in (55, 56)] == [False, True]


def test_the_days_of_the_work_itself_are_compared_with_nothing() -> None:
    over = spans(began=date(2026, 2, 1), done=date(2026, 2, 10), today=date(2026, 2, 20), before_days=28)
    assert over.before == (date(2026, 1, 4), date(2026, 1, 31))
    assert over.after == (date(2026, 2, 11), date(2026, 2, 20))


def test_less_than_three_weeks_heard_before_the_work_cannot_tell() -> None:
    over = spans(began=date(2026, 2, 1), done=date(2026, 2, 10), today=date(2026, 2, 20), before_days=28)
    few = too_little_past(over, date(2026, 1, 12))
    assert few is not None
    assert (few.verdict, few.effect) == ("cannot tell yet", None)
    assert few.reason == "only 20 days were heard before the work, fewer than 21"
    assert too_little_past(over, None) is not None
    assert too_little_past(over, date(2026, 1, 11)) is None
    assert too_little_past(over, date(2025, 6, 1)) is None


@pytest.mark.parametrize(("spread", "most"), [(0.0, 0.02), (0.2, 0.05)])
def test_work_without_effect_is_rarely_verified_however_often_one_looks(spread: float, most: float) -> None:
    """300 seeded initiatives, four looks each; topics move by `spread` (standard deviation of a logarithm) anyway."""
    dice, wrong, n = np.random.default_rng(11), 0, 300
    for _ in range(n):
        weekly = 15 * dice.lognormal(0, 0.6, 8)
        after = weekly * np.exp(dice.normal(0, spread, 8))
        before, seen, weeks, verdict = dice.poisson(weekly * 4).tolist(), np.zeros(8, dtype=int), 0, "cannot tell yet"
        for look in (1, 2, 3, 4):
            seen, weeks = seen + dice.poisson(after * (2 ** (look - 1) - weeks)), 2 ** (look - 1)
            pairs = list(zip(before, seen.tolist(), strict=True))
            if verdict == "cannot tell yet":
                verdict = effect(*pairs[0], pairs[1:], look).verdict
        wrong += verdict == "verified"
    assert wrong / n <= most


def test_a_cause_that_was_chosen_at_its_worst_and_falls_back_by_itself_is_rarely_verified() -> None:
    """300 seeded registers: of nine topics alike the loudest of two weeks is chosen, and nobody does anything."""
    dice, wrong, n = np.random.default_rng(5), 0, 300
    for _ in range(n):
        weeks = dice.poisson(20 * np.exp(dice.normal(0, 0.2, (3, 9))))
        before, after = weeks[:2].sum(axis=0), weeks[2]
        chosen = int(weeks[1].argmax())
        pairs = list(zip(before.tolist(), after.tolist(), strict=True))
        wrong += effect(*pairs.pop(chosen), pairs).verdict == "verified"
    assert wrong / n <= 0.02
