"""What people need next: shares that can be counted by hand, and nothing where the last topic tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from flywheel.checks import check_predictor
from flywheel.domain.intervals import wilson
from flywheel.domain.prediction import PersonHistory, Turn, Utterance
from flywheel.predict.need import Need, learn_needs

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person(*topics: str) -> PersonHistory:
    return PersonHistory(
        person_id="p1", as_of=NOON, feedback_90d=1, negative_90d=0, complaints_90d=0, threats_90d=0, tenure_days=None,
        value=None, lately=(Utterance(at=NOON, sentiment=0.0, topics=topics),) if topics else (),
    )  # fmt: skip


def town(*, tells: bool, n: int = 600) -> list[Turn]:
    """After baggage seven of ten ask for a refund, after crew one of ten; or, where nothing tells, four of ten."""
    chance = np.random.default_rng(3)
    found = []
    for k in range(n):
        topic = ("baggage", "crew")[k % 2]
        share = (0.7 if topic == "baggage" else 0.1) if tells else 0.4
        then = "refund" if chance.random() < share else ("seats", "delay")[k // 2 % 2]
        found.append(Turn(f"p{k}", topic, (then,), f"2026-01-01T{k:05}"))
    return found


def test_the_next_topic_is_a_share_of_those_who_spoke_of_the_same_before() -> None:
    turns = town(tells=True)
    lesson = learn_needs(turns, fewest=30)
    [found] = Need(learned=lesson.learned).predict([person("baggage")])
    refunds = sum(one.then == ("refund",) for one in turns if one.topic == "baggage")

    assert found.value == refunds / 300
    assert (found.low, found.high) == pytest.approx(wilson(refunds, 300))
    assert found.drivers[:2] == ("next: refund", f"{refunds} of 300 who spoke of baggage spoke of refund next")
    assert "learned" in lesson.says


def test_of_two_topics_the_surer_one_speaks() -> None:
    lesson = learn_needs(town(tells=True), fewest=30)
    [found] = Need(learned=lesson.learned).predict([person("crew", "baggage")])
    assert "spoke of baggage" in found.drivers[1]


def test_where_the_last_topic_tells_nothing_nothing_is_foretold() -> None:
    lesson = learn_needs(town(tells=False), fewest=30)
    assert lesson.learned is None
    assert "not surely better" in lesson.says
    assert Need(learned=lesson.learned).predict([person("baggage")]) == []


def test_people_who_speak_at_random_foretell_nothing() -> None:
    learned = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        said = chance.choice(["delay", "refund", "seats"], (200, 5))
        turns = [
            Turn(f"p{who}", str(topics[k]), (str(topics[k + 1]),), f"2026-01-0{k + 1}T{who:04}")
            for who, topics in enumerate(said)
            for k in range(4)
        ]
        learned += learn_needs(turns, fewest=30).learned is not None
    assert learned <= 2  # one in forty would be: the lower end of a 95 % interval is above nothing


def test_a_topic_with_few_behind_it_is_silent() -> None:
    rare = [Turn(f"r{k}", "meals", ("refund",), "2026-01-01T00000") for k in range(29)]
    lesson = learn_needs(town(tells=True) + rare, fewest=30)
    assert Need(learned=lesson.learned).predict([person("meals"), person("never heard of"), person()]) == []


def test_who_says_the_same_a_hundred_times_counts_once() -> None:
    loud = [Turn("loud", "crew", ("fees",), f"2026-01-02T{k:05}") for k in range(500)]
    lesson = learn_needs(town(tells=True) + loud, fewest=30)
    assert lesson.n == 601


def test_too_few_turns_say_so() -> None:
    lesson = learn_needs(town(tells=True, n=20), fewest=30)
    assert (lesson.learned, lesson.n) == (None, 20)
    assert "no topic after which 30 people spoke again" in lesson.says
    assert learn_needs([], fewest=30).n == 0


def test_it_is_a_predictor() -> None:
    lesson = learn_needs(town(tells=True), fewest=30)
    check_predictor(Need(learned=lesson.learned), [person("baggage")])
