"""The roll-ups: written with what they count, equal to a scan of it, whatever came in which order."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import HeardColumns, Score
from flywheel.errors import LeaseHeldError, TransientError
from flywheel.store import Store, migrate
from flywheel.store.rebuild import rebuild
from flywheel.store.rollup import band
from flywheel.store.schema import HEAD

OWN = "Own"
SAID = {
    "effort": ["high", "low", None], "expectation": ["broken", "unmet", "met", "kept", "exceeded", None],
    "empathy": [0.0, 0.25, 0.5, 1.0, None],
    "promised_by": ["staff", "advertising", None],
}  # fmt: skip


def crowd(say: Any, dice: random.Random, noon: datetime, n: int) -> HeardColumns:
    """Return feedback of several days and brands, some with scores, some in segments."""
    texts = [f"{dice.random()}" for _ in range(n)]
    dates = [dice.choice([None, noon - timedelta(days=dice.randint(0, 3))]) for _ in range(n)]
    heard = say(texts, said_at=dates, brand=dice.choice([OWN, "Peer"]))
    for at in range(n):
        kind, high = dice.choice([("nps", 10), ("rating", 5), ("ces", 7)])
        scores = [Score(kind=kind, value=dice.uniform(0, high), scale_low=0, scale_high=high)] * dice.randint(0, 2)
        heard.scores[at] = tuple(scores)
        heard.attributes[at] = dice.choice([{}, {"plan": "gold"}, {"plan": "gold", "city": "Łódź"}, {"hidden": "x"}])
    return heard


@pytest.fixture
def filled(store: Store, cycle: Cycle, say: Any, judged: Any, noon: datetime) -> Store:
    """Return a store with the readings of two models."""
    dice = random.Random(7)
    for _ in range(5):
        with store.write(cycle.fence) as shelves:
            heard = crowd(say, dice, noon, dice.randint(1, 40))
            shelves.feedback.add(f"talk {dice.random()}", heard, cycle, ("plan", "city"))
        while True:
            with store.read() as shelves:
                batch = shelves.feedback.unread(dice.randint(1, 15))
            if not len(batch):
                break
            labels = dice.choices(["negative", "neutral", "positive", None], k=7)
            more = {name: dice.choices(said, k=len(batch)) for name, said in SAID.items()}
            with store.write(cycle.fence) as shelves:
                shelves.readings.add(batch, judged(batch, labels, dice.choice(["m1", "m2"]), **more), cycle, OWN)
    with store.write(cycle.fence) as shelves:
        shelves.cycles.end(cycle, "completed", noon)
    return store


def test_a_rebuild_finds_the_roll_ups_equal_to_a_scan(filled: Store) -> None:
    found = rebuild(filled, mend=True)
    assert found.wrong == 0
    assert not found.mended
    assert min(found.readings, found.mentions, found.scores, found.rows) > 50


def test_what_texts_say_of_effort_expectations_and_replies_is_counted_apart_from_how_they_feel(
    store: Store, cycle: Cycle, say: Any, judged: Any
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", say(["one", "two", "three", "four"]), cycle, ())
        batch = shelves.feedback.unread(9)
        said = judged(
            batch, ["negative", "negative", "positive", None], effort=["high", None, "low", None],
            expectation=["broken", "unmet", "exceeded", None], empathy=[None, 0.25, None, None],
        )  # fmt: skip
        shelves.readings.add(batch, said, cycle, OWN)
        rows = {
            (key[2], key[9]): sums for key, sums in shelves.rollups.stored().items() if not key[10]
        }  # by measure and topic; n, n_read, negative, neutral, positive, urgent, sum
        assert [one.n for one in shelves.readings.by_brand("m1")] == [4]
    assert {key: sums[:5] for key, sums in rows.items()} == {
        ("sentiment", ""): [4, 3, 2, 0, 1], ("sentiment", "delay"): [3, 3, 2, 0, 1],
        ("effort", ""): [2, 2, 1, 0, 1], ("expectation", ""): [3, 3, 2, 0, 1],
        ("expectation", "delay"): [3, 3, 2, 0, 1], ("empathy", ""): [1, 1, 1, 0, 0],
    }  # fmt: skip
    assert (rows["expectation", ""][6], rows["empathy", ""][6]) == (-10_000, 2_500)


def test_what_a_company_says_itself_is_kept_and_counts_for_nothing(
    store: Store, cycle: Cycle, say: Any, judged: Any
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", say(["We are sorry"], voice="company", person=None), cycle, ())
        batch = shelves.feedback.unread(9)
        shelves.readings.add(batch, judged(batch), cycle, OWN)
        assert shelves.rollups.stored() == shelves.rollups.scan().sums == {}
        assert shelves.feedback.counts() == {OWN: 1}


def test_what_stands_there_otherwise_is_counted_and_put_right(filled: Store) -> None:
    with filled.write(None) as shelves:
        run = shelves._connection.execute
        run(text("UPDATE rollup SET n = n + 1 WHERE basis = 'survey' AND segment = 'plan=gold' AND day = ''"))
        run(text("DELETE FROM rollup WHERE topic = 'delay' AND segment = 'city=Łódź'"))
        run(text("INSERT INTO rollup SELECT 99, basis, measure, model, day, brand, voice, medium, touchpoint, topic, "
                 "segment, language, n, n_read, n_negative, n_neutral, n_positive, n_urgent, sum_value, sum_squares "
                 "FROM rollup WHERE day = '' AND topic = '' AND segment = '' AND basis = 'text'"))  # fmt: skip
    looked = rebuild(filled, mend=False)
    assert looked.wrong > 3
    assert rebuild(filled, mend=False).wrong == looked.wrong
    mended = rebuild(filled, mend=True)
    assert (mended.wrong, mended.mended) == (looked.wrong, True)
    assert rebuild(filled, mend=False).wrong == 0


def test_nothing_is_rebuilt_while_a_cycle_turns(store: Store, cycle: Cycle) -> None:
    with pytest.raises(LeaseHeldError, match=cycle.id):
        rebuild(store, mend=True)


def test_a_segment_is_counted_beside_the_whole(filled: Store) -> None:
    query = "SELECT segment, sum(n) FROM rollup WHERE measure = 'sentiment' AND topic = '' GROUP BY segment"
    with filled.read() as shelves:
        sums = {segment: int(n) for segment, n in shelves._connection.execute(text(query))}
        rows = shelves._connection.execute(text("SELECT name || '=' || value FROM feedback_attribute")).scalars()
        named = Counter(rows)
        assert sums.pop("") == sum(shelves.feedback.counts().values())
    assert sums == dict(named)
    assert set(sums) == {"plan=gold", "city=Łódź"}


def test_two_workers_that_read_the_same_leave_one_reading_and_one_count(
    store: Store, cycle: Cycle, say: Any, judged: Any
) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", say(["a", "b", "c"]), cycle, ())
    with store.read() as shelves:
        both = shelves.feedback.unread(9)
    with store.write(cycle.fence) as shelves:
        shelves.readings.add(both, judged(both), cycle, OWN)
    with pytest.raises(TransientError, match="Another worker"), store.write(cycle.fence) as shelves:
        shelves.readings.add(both, judged(both), cycle, OWN)
    with store.read() as shelves:
        assert shelves.views.count("v_reading") == 3
        assert [one.n for one in shelves.readings.by_brand("m1")] == [3]


def test_spans_share_out_all_that_waits(store: Store, cycle: Cycle, say: Any) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", say([str(n) for n in range(23)]), cycle, ())
    with store.read() as shelves:
        spans = shelves.feedback.spans(5)
        batches = [shelves.feedback.unread(99, span).text for span in spans]
    assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3]
    assert [text for batch in batches for text in batch] == [str(n) for n in range(23)]


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "expected"),
    [("nps", 6, 0, 10, "negative"), ("nps", 7, 0, 10, "neutral"), ("enps", 9, 0, 10, "positive"),
     ("csat", 2, 1, 5, "negative"), ("csat", 3, 1, 5, "neutral"), ("csat", 4, 1, 5, "positive"),
     ("nps", 6, 1, 7, "positive")],
)  # fmt: skip
def test_a_score_falls_into_its_band(kind: str, value: float, low: float, high: float, expected: str) -> None:
    assert band(Score(kind=kind, value=value, scale_low=low, scale_high=high)) == expected


def test_a_store_of_the_first_schema_is_brought_over_with_its_sums(url: str) -> None:
    migrate(url, {}, target="0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in OLD:
            connection.execute(text(statement))
    engine.dispose()
    assert migrate(url, {}) == ("0001", HEAD)
    store = Store(url)
    found = rebuild(store, mend=False)
    assert (found.readings, found.mentions, found.scores, found.wrong) == (3, 2, 3, 0)
    with store.read() as shelves:
        [one] = shelves.readings.by_brand("m1")
        assert (one.n, one.n_negative, one.n_positive) == (3, 1, 1)
    store.close()


OLD = [
    "INSERT INTO cycle VALUES ('c1', 'cycle', 'a', 'b', 'b', 'live', 4, 'completed', 'h', '0', 1, '[]', 0, 'a', 'b')",
    *(
        f"INSERT INTO feedback VALUES ({n}, 'f{n}', 'talk', '{n}', 'Own', 'customer', NULL, 'mail', '', NULL, "
        f"'2026-03-0{n}', 'now', {language}, 'words', 'h', 0, '{{}}', 'c1')"
        for n, language in ((1, "'en'"), (2, "NULL"), (3, "'en'"))
    ),
    *(
        f"INSERT INTO reading VALUES ({n}, 'm1', 'c1', 4, 'read', 'en', {value}, {label}, 0.9, NULL, NULL, NULL, "
        f"{urgency}, NULL)"
        for n, value, label, urgency in (
            (1, -0.123456789, "'negative'", "'high'"), (2, 0.98765, "'positive'", "NULL"), (3, "NULL", "NULL", "NULL")
        )
    ),
    "INSERT INTO mention VALUES (1, 'm1', 'delay', 'journey', -0.55555, 'late')",
    "INSERT INTO mention VALUES (2, 'm1', 'crew', '', NULL, 'crew')",
    "INSERT INTO feedback_attribute VALUES (1, 'plan', 'gold')",
    "INSERT INTO score VALUES (1, 'nps', 9, 0, 10)",
    "INSERT INTO score VALUES (2, 'rating', 2.5, 0.5, 5)",
    "INSERT INTO score VALUES (3, 'csat', 4, 1, 5)",
]  # fmt: skip
