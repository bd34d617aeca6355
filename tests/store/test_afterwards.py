"""What people said afterwards: again, better, of the same thing, gone; each once, and from what is new alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Score
from flywheel.store import Store

DAY = timedelta(days=1)


@pytest.fixture
def tell(store: Store, cycle: Cycle, say: Any, judged: Any, noon: datetime) -> Any:
    """Have a person say things on days before noon, read with these labels; scores are NPS."""

    def told(
        days: Sequence[float], labels: Sequence[str], scores: Sequence[float] = (), **read: Any
    ) -> list[tuple[str, float]]:
        page = say([f"t{at}" for at in days], said_at=[noon - day * DAY for day in days])
        page.scores[:] = [(Score(kind="nps", value=one, scale_low=0, scale_high=10),) for one in scores] or page.scores
        with store.write(cycle.fence) as shelves:
            first = shelves.afterwards.newest()
            shelves.feedback.add("talk", page, cycle, ())
        with store.read() as shelves:
            batch = shelves.feedback.unread(9)
        with store.write(cycle.fence) as shelves:
            shelves.readings.add(batch, judged(batch, labels, **read), cycle, "Own")
            span = (first, shelves.afterwards.newest())
            found = shelves.afterwards.outcomes("afterwards", "m1", "Own", span, 90)
            shelves.outcomes.add("afterwards", found, noon, cycle.id)
        return [(one.outcome.metric, one.outcome.value) for one in found]

    return told


def test_who_speaks_for_the_first_time_tells_nothing(tell: Any) -> None:
    assert tell([3], ["negative"]) == []


def test_the_same_trouble_again_is_a_repeat_and_a_good_word_a_recovery(tell: Any) -> None:
    assert tell([9, 8, 7], ["negative", "negative", "positive"]) == [
        ("spoke_again", 1.0), ("repeated", 1.0), ("spoke_again", 1.0), ("recovered", 1.0),
    ]  # fmt: skip


def test_a_new_score_is_told_as_the_change_on_its_scale(tell: Any) -> None:
    assert ("rerated", pytest.approx(0.5)) in tell([9, 8], ["negative", "positive"], [3, 8])


def test_who_says_that_they_are_gone_has_left(tell: Any) -> None:
    assert tell([9, 8], ["neutral", "neutral"], intent=[None, "gone"]) == [("spoke_again", 1.0), ("left", 1.0)]


def test_only_what_is_new_tells_and_what_is_long_ago_is_another_story(tell: Any, store: Store) -> None:
    tell([200, 9], ["negative", "negative"])
    assert [name for name, _ in tell([8], ["negative"])] == ["spoke_again", "repeated"]
    with store.read() as shelves:
        assert shelves.outcomes.count("afterwards") == 2
