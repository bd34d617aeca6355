"""Early warnings: rarely false, soon enough, never of history; with what is to be expected next."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from simulated_counts import START, alarms, drawn, false_alarms, found_within

from flywheel.domain.sums import DayCount
from flywheel.orient.counts import Past, forecast
from flywheel.orient.warnings import PAST_DAYS, RUN_IN, Span, looked_at, needed_from, warnings

FIRST = PAST_DAYS + RUN_IN


def counts(series: dict[str, list[int]]) -> list[DayCount]:
    return [
        DayCount("Own", "customer", subject, (START + timedelta(days=day)).isoformat(), n)
        for subject, days in series.items()
        for day, n in enumerate(days)
        if n
    ]


def week(first: int = FIRST) -> Span:
    return Span(START + timedelta(days=first), START + timedelta(days=first + 7), START)


def test_a_week_of_a_doubled_topic_is_told_with_what_comes_next() -> None:
    steady = [10] * (FIRST + 7)
    series = {"delay": steady[:FIRST] + [24] * 7, **{f"t{at}": steady for at in range(12)}}
    [found] = warnings(counts(series), week(), "c")
    assert (found.subject, found.verdict, found.n, found.part) == ("delay", "sure", 168, "topic")
    assert found.before == pytest.approx(70, abs=1)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 168 < found.high
    assert found.statement.startswith(
        "delay (Own's customers): 168 texts in 7 days, where 70 were to be expected; rising since about "
    )
    assert "more than its own past explains. If it goes on, the next 7 days bring" in found.statement


def test_when_everything_is_heard_more_of_that_is_told_once() -> None:
    steady = [10] * FIRST + [35] * 7
    series = {f"t{at}": steady for at in range(8)} | {"delay": [10] * FIRST + [140] * 7}
    assert [one.subject for one in warnings(counts(series), week(), "c")] == ["everything", "delay"]


def test_a_busy_weekday_is_no_news() -> None:
    days = [30 if day % 7 == 0 else 5 for day in range(FIRST + 7)]
    assert warnings(counts({"delay": days}), week(), "c") == []


@pytest.mark.parametrize("past", [0, 20])
def test_history_and_a_short_past_give_no_warning(past: int) -> None:
    days = [3] * past + [60] * 7
    assert warnings(counts({"delay": days}), week(past), "c") == []


def test_what_rose_before_the_days_that_are_looked_at_is_not_told_again() -> None:
    days = [5] * (FIRST - 5) + [20] * 3 + [5] * 9
    assert warnings(counts({"delay": days}), week(), "c") == []


def test_a_turn_looks_at_four_weeks_at_most_and_needs_twelve_before() -> None:
    since, until = looked_at(date(2020, 1, 1), date(2026, 3, 2))
    assert (since, until) == (date(2026, 2, 2), date(2026, 3, 2))
    assert needed_from(since) == date(2026, 2, 2) - timedelta(days=91)


def test_equal_counts_give_equal_warnings_whatever_their_order() -> None:
    rows = counts({"delay": [10] * FIRST + [30] * 7, "food": [4] * FIRST + [20] * 7})
    assert warnings(rows, week(), "c") == warnings(rows[::-1], week(), "c")


def test_false_alarms_are_rare_and_a_doubling_is_found_within_four_days() -> None:
    # a small part of the thousand series of tests/benchmarks/simulated_counts.py
    dice = np.random.default_rng(11)
    assert false_alarms(dice, 120, 4) <= 1.5
    assert found_within(dice, 300, 4) >= 0.7


def test_a_first_import_of_years_of_history_alarms_nobody() -> None:
    history = drawn(np.random.default_rng(1), [5.0] * 20, 28, doubled_from=21)
    assert alarms(history, 0, 28) == set()


def test_the_forecast_holds_what_comes() -> None:
    dice, held = np.random.default_rng(4), 0
    for _ in range(200):
        series = drawn(dice, [6.0], 84 + 14 + 7, doubled_from=84 + 7)
        past, run = Past.of(series[:, :84].astype(float)), series[:, 84:98].astype(float)
        mean, low, high = forecast(past, run, 84, 7, 7)
        assert low < mean < high
        held += low <= series[0, 98:].sum() <= high
    assert 0.9 <= held / 200 <= 0.99
