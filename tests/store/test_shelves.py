"""The shelves: what is stored once, counted right, and handed on only together with its result."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from flywheel.domain.cycle import Cycle
from flywheel.domain.expression import parse_condition
from flywheel.domain.feedback import Cursor, SetAside
from flywheel.domain.play import CONDITION_FIELDS, Candidate
from flywheel.store import Store
from flywheel.store.codec import moment, stamp, table
from flywheel.store.shelves.waiting import Found, Waiting
from flywheel.store.tables import ReadingRow

OWN = "Own"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERYBODY = {"all": parse_condition("feedback_90d >= 0", CONDITION_FIELDS)}


def add(store: Store, cycle: Cycle, heard: Any, at: datetime | None = None) -> int:
    with store.write(cycle.fence) as shelves:
        return shelves.feedback.add("talk", heard, cycle.model_copy(update={"as_of": at or cycle.as_of}), ())


def read_all(store: Store, cycle: Cycle, judged: Any, size: int = 100, **how: Any) -> int:
    total = 0
    while True:
        with store.read() as shelves:
            batch = shelves.feedback.unread(size)
        if not len(batch):
            return total
        with store.write(cycle.fence) as shelves:
            shelves.readings.add(batch, judged(batch, **how), cycle, OWN)
        total += len(batch)


def candidates(store: Store, cycle: Cycle, conditions: Any = None) -> list[Candidate]:
    return found(store, cycle, conditions)[0].candidates


def found(store: Store, cycle: Cycle, conditions: Any = None) -> tuple[Found, list[Waiting]]:
    with store.read() as shelves:
        people = shelves.waiting.people("m1", OWN, limit=100)
        fitting = conditions or EVERYBODY
        return shelves.waiting.candidates(cycle, "m1", fitting, people, longest=timedelta(days=14)), people


def test_feedback_that_comes_twice_is_stored_once_and_counted(store: Store, cycle: Cycle, say: Any) -> None:
    assert add(store, cycle, say(["a", "b", "a"], ids=["1", "2", "1"])) == 2
    assert add(store, cycle, say(["a", "c"], ids=["1", "3"])) == 1
    with store.read() as shelves:
        assert shelves.feedback.counts() == {OWN: 3}
        assert shelves.feedback.unread(9).text == ["a", "b", "c"]


def test_a_cursor_counts_rows_in_all_and_of_its_last_cycle(store: Store, turn: Any, noon: datetime) -> None:
    first = turn()
    with store.write(first.fence) as shelves:
        shelves.feedback.save_cursor("talk", Cursor(value={"a": [1]}), 5, noon, first.id)
        shelves.feedback.save_cursor("talk", Cursor(value={"a": [2]}), 2, noon, first.id)
        shelves.cycles.end(first, "completed", noon)
    second = turn(1)
    with store.write(second.fence) as shelves:
        shelves.feedback.save_cursor("talk", Cursor(value=None), 1, noon, second.id)
        told = shelves.feedback.cursors()
        assert shelves.feedback.cursor("talk") == Cursor(value=None)
        assert shelves.feedback.reset("talk")
        assert not shelves.feedback.reset("talk")
    assert [(one["rows"], one["last_rows"], one["cycle_id"]) for one in told] == [(8, 1, second.id)]


def test_what_was_set_aside_is_kept_once_per_place_and_reason(store: Store, cycle: Cycle, noon: datetime) -> None:
    bad = [SetAside(position="line 3", reason="no text"), SetAside(position="line 4", reason="no text")]
    with store.write(cycle.fence) as shelves:
        assert shelves.feedback.set_aside("talk", bad, noon, cycle.id) == 2
        assert shelves.feedback.set_aside("talk", bad, noon, cycle.id) == 0
        assert shelves.feedback.set_aside_reasons(cycle.id) == Counter({"talk: no text": 2})


@pytest.mark.parametrize("year", [1, 999, 1970, 2026, 9999])
def test_any_date_keeps_its_width_and_comes_back(year: int) -> None:
    at = datetime(year, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert moment(stamp(at)) == at
    assert len(stamp(at)) == len("2026-03-01T09:00:00.000000Z")


def test_a_date_without_a_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        stamp(datetime(2026, 3, 1))  # noqa: DTZ001 - the very fault


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_roll_ups_equal_a_scan_of_the_readings(
    store: Store, turn: Any, say: Any, judged: Any, seed: int, noon: datetime
) -> None:
    dice = random.Random(seed)
    cycle = turn()
    for number in range(4):
        texts = [f"{number}-{at}" for at in range(dice.randint(1, 40))]
        dates = [dice.choice([None, noon - DAY * dice.randint(0, 3)]) for _ in texts]
        brand, voice = dice.choice([OWN, "Peer"]), dice.choice(["customer", "employee"])
        add(store, cycle, say(texts, brand=brand, voice=voice, said_at=dates, person=None))
        labels = dice.choices(["negative", "neutral", "positive", None], k=7)
        read_all(store, cycle, judged, size=dice.randint(1, 15), labels=labels)
    scan = """
        SELECT {names}, count(*), count(x.sentiment_label),
               sum(CASE x.sentiment_label WHEN 'negative' THEN 1 ELSE 0 END),
               sum(CASE x.sentiment_label WHEN 'neutral' THEN 1 ELSE 0 END),
               sum(CASE x.sentiment_label WHEN 'positive' THEN 1 ELSE 0 END),
               sum(CASE x.urgency WHEN 'high' THEN 1 ELSE 0 END), sum(x.value), sum(x.value * x.value)
        FROM (SELECT f.brand, f.voice, f.day, r.sentiment_label, r.urgency, '' AS topic, r.sentiment AS value
              FROM feedback f JOIN reading r ON r.feedback_seq = f.seq
              UNION ALL
              SELECT f.brand, f.voice, f.day, r.sentiment_label, r.urgency, m.topic, m.sentiment
              FROM feedback f JOIN reading r ON r.feedback_seq = f.seq JOIN mention m ON m.feedback_seq = f.seq) x
        GROUP BY {names} ORDER BY {names}"""
    sums = """SELECT {names}, sum(n), sum(n_read), sum(n_negative), sum(n_neutral), sum(n_positive), sum(n_urgent),
              sum(sum_value) / 10000.0, sum(sum_squares) / 100000000.0 FROM rollup GROUP BY {names} ORDER BY {names}"""
    names = "brand, voice, day, topic"

    def told(query: str) -> list[tuple[Any, ...]]:
        with store.read() as shelves:
            rows = shelves._connection.execute(text(query.format(names=names)))
            return [tuple(round(cell or 0, 9) if not isinstance(cell, str) else cell for cell in row) for row in rows]

    assert told(sums) == told(scan)
    with store.read() as shelves:
        shown = {(one.brand, one.voice): one.n for one in shelves.readings.by_brand("m1")}
        by_day = shelves.readings.by_group("m1", "day", OWN, "customer", [cycle.period])
        assert shown.get((OWN, "customer"), 0) == sum(one.n for one in by_day)
        assert sum(shown.values()) == sum(shelves.feedback.counts().values())


def test_only_what_a_model_has_not_read_waits_for_it(store: Store, cycle: Cycle, say: Any, judged: Any) -> None:
    def waiting(model: str) -> tuple[int, list[str]]:
        with store.write(cycle.fence) as shelves:
            return shelves.corrections.read_again(model), shelves.feedback.unread(9).text

    add(store, cycle, say(["a", "b"]))
    read_all(store, cycle, judged)
    add(store, cycle, say(["c"]))
    assert waiting("m2") == (3, ["a", "b", "c"])
    assert waiting("m1") == (1, ["c"])
    assert waiting("m1") == (1, ["c"])


def test_an_inbox_is_emptied_only_with_the_result(store: Store, cycle: Cycle, say: Any, judged: Any) -> None:
    add(store, cycle, say(["a", "b"]))
    with store.read() as shelves:
        batch = shelves.feedback.unread(9)

    def die_before_the_end() -> None:
        with store.write(cycle.fence) as shelves:
            shelves.readings.add(batch, judged(batch), cycle, OWN)
            raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        die_before_the_end()
    with store.read() as shelves:
        assert len(shelves.feedback.unread(9)) == 2
        assert shelves.views.count("v_reading") == 0
        assert shelves.readings.by_brand("m1") == []
    assert read_all(store, cycle, judged) == 2
    with store.read() as shelves:
        assert len(shelves.feedback.unread(9)) == 0


def test_only_our_own_people_come_to_decide(store: Store, cycle: Cycle, say: Any, judged: Any, known: Any) -> None:
    for name, brand, person in (
        ("ours", OWN, "p1"),
        ("theirs", "Peer", "p2"),
        ("nobody", OWN, None),
        ("new", OWN, "p3"),
    ):
        add(store, cycle, say([name], brand=brand, person=person, ids=[name]))
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [known("p1"), known("p2", brand="Peer"), known("p4")], cycle.as_of)
    read_all(store, cycle, judged)
    seen, people = found(store, cycle)
    [one] = seen.candidates
    assert one.view.person.id == "p1"
    assert [(one.person_id, one.known) for one in people] == [("p1", True), ("p3", False)]
    assert one.view.consented("mail", "service")
    assert one.view.reachable == ("mail",)


def test_the_occasion_is_the_newest_thing_that_was_said(
    store: Store, cycle: Cycle, say: Any, judged: Any, known: Any, noon: datetime
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [known("p1")], cycle.as_of)
    dates = [noon - HOUR, noon - 5 * HOUR, noon - 3 * HOUR]
    add(store, cycle, say(["new", "old", "middle"], said_at=dates))
    read_all(store, cycle, judged, labels=["negative", "positive", "positive"])
    [one] = candidates(store, cycle)
    assert one.view.occasion is not None
    assert (one.view.occasion.label, one.view.occasion.at) == ("negative", noon - HOUR)
    assert (one.view.occasion.feedback_90d, one.view.occasion.negative_90d) == (3, 1)
    assert one.view.occasion.topics == ("delay",)


@pytest.mark.parametrize("said_at", [None, datetime(2099, 1, 1, tzinfo=UTC)])
def test_what_is_undated_or_dated_in_the_future_happened_now_at_the_latest(
    store: Store, cycle: Cycle, say: Any, judged: Any, known: Any, said_at: datetime | None
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [known("p1")], cycle.as_of)
    add(store, cycle, say(["when?"], said_at=[said_at]))
    read_all(store, cycle, judged)
    [one] = candidates(store, cycle)
    assert one.view.occasion is not None
    assert one.view.occasion.at == cycle.as_of


def test_feedback_that_comes_late_is_an_occasion_of_the_cycle_that_hears_it(
    store: Store, turn: Any, say: Any, judged: Any, known: Any, noon: datetime
) -> None:
    first = turn()
    with store.write(first.fence) as shelves:
        shelves.people.add("crm", [known("p1")], noon)
    add(store, first, say(["today"]))
    read_all(store, first, judged)
    with store.write(first.fence) as shelves:
        shelves.waiting.settle(["p1"])
        shelves.cycles.end(first, "completed", noon)
    assert candidates(store, first) == []
    second = turn(1)
    add(store, second, say(["said long ago, heard now"], said_at=[noon - 5 * DAY]))
    read_all(store, second, judged)
    [one] = candidates(store, second)
    assert one.view.occasion is not None
    assert one.view.occasion.at == noon - 5 * DAY
    with store.read() as shelves:
        assert [one.n for one in shelves.readings.by_brand("m1", [second.period])] == [1]


def test_json_in_the_store_has_sorted_keys_and_any_text(store: Store, cycle: Cycle, say: Any) -> None:
    heard = say(["a"])
    heard.attributes[0] |= {"b": "\ud800", "a": "\x00"}
    add(store, cycle, heard)
    with store.read() as shelves:
        stored = shelves._connection.execute(text("SELECT attributes FROM feedback")).scalar_one()
    assert json.loads(stored) == {"a": "\x00", "b": "\ud800"}
    assert stored.index('"a"') < stored.index('"b"')


def test_a_batch_larger_than_one_statement_takes_is_stored_whole(
    store: Store, cycle: Cycle, say: Any, judged: Any
) -> None:
    assert add(store, cycle, say([str(n) for n in range(6_000)], person=None)) == 6_000
    assert read_all(store, cycle, judged, size=4_000) == 6_000
    with store.read() as shelves:
        found = shelves._connection.execute(select(func.count()).select_from(table(ReadingRow))).scalar_one()
    assert found == 6_000


def test_nothing_is_a_candidate_twice(
    store: Store, cycle: Cycle, say: Callable[..., Any], judged: Any, known: Any
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [known("p1")], cycle.as_of)
    add(store, cycle, say([f"same moment {n}" for n in range(5)]))
    read_all(store, cycle, judged)
    assert len(candidates(store, cycle)) == 1
    with store.write(cycle.fence) as shelves:
        shelves.waiting.settle(["p1"])
    assert candidates(store, cycle) == []


@pytest.mark.parametrize("days", [3, 999_999])
def test_whoever_is_too_late_for_every_play_is_only_counted_and_a_play_may_never_come_too_late(
    store: Store, cycle: Cycle, say: Any, judged: Any, known: Any, days: int
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [known("p1"), known("p2"), known("p3")], cycle.as_of)
    add(store, cycle, say(["long ago"], person="p1", said_at=[cycle.as_of - 3 * DAY], ids=["1"]))
    add(store, cycle, say(["just in time"], person="p2", said_at=[cycle.as_of - 3 * DAY + HOUR], ids=["2"]))
    add(store, cycle, say(["nice"], person="p3", ids=["3"]))
    read_all(store, cycle, judged, labels=["negative", "negative", "positive"])
    unhappy = {"help": parse_condition('label == "negative"', CONDITION_FIELDS)}
    with store.read() as shelves:
        people = shelves.waiting.people("m1", OWN, limit=9)
        seen = shelves.waiting.candidates(cycle, "m1", unhappy, people, longest=timedelta(days=days))
    both = ["p1", "p2"] if days > 3 else ["p2"]
    assert [one.view.person.id for one in seen.candidates] == both
    assert (seen.late, seen.unfitted) == ([one for one in ["p1"] if one not in both], ["p3"])
