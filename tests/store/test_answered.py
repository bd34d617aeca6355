"""A message is answered by the first word or deed after it, under whichever id we know the person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from flywheel.store import Store
from flywheel.store.codec import stamp, table
from flywheel.store.contacted import ON_ITS_WAY, contacts_of
from flywheel.store.tables import DeliveryRow, FeedbackRow, OutcomeRow, ReadingRow

DAY = timedelta(days=1)


@pytest.fixture
def written_to(store: Store, noon: datetime) -> Store:
    letter = dict.fromkeys(("id", "decision_id", "play", "channel", "purpose", "key", "language", "subject"), "x")
    letter |= {"body": "x", "payload_hash": "x", "person_id": "p1", "status": "sent", "attempts": 1, "fence": 0}
    letter |= {"next_at": stamp(noon), "not_after": stamp(noon + DAY), "sent_at": stamp(noon)}
    with store.write(None) as shelves:
        shelves._connection.execute(insert(table(DeliveryRow)).values(**letter))
    return store


def said(store: Store, at: datetime, label: str) -> None:
    words = dict.fromkeys(("external_id", "source", "brand", "voice", "medium", "touchpoint", "day", "text"), "x")
    row = words | {"id": stamp(at), "content_hash": "x", "attributes": "{}", "cycle_id": "c", "heard_at": stamp(at)}
    with store.write(None) as shelves:
        made = insert(table(FeedbackRow)).values(**row, person_id="p1", said_at=stamp(at), revision=0)
        seq = shelves._connection.execute(made).inserted_primary_key[0]
        read = {"feedback_seq": seq, "model": "m", "cycle_id": "c", "period": 0, "status": "read", "language": "en"}
        shelves._connection.execute(insert(table(ReadingRow)).values(**read, sentiment_label=label))


def did(store: Store, at: datetime) -> None:
    row = {"id": "o", "seq": 1, "person_id": "p1", "metric": "returned", "value": 1.0, "source": "s", "cycle_id": "c"}
    with store.write(None) as shelves:
        made = insert(table(OutcomeRow)).values(**row, happened_at=stamp(at), heard_at=stamp(at))
        shelves._connection.execute(made)


def answer(store: Store, noon: datetime) -> Any:
    with store.read() as shelves:
        [(_, one)] = contacts_of(shelves._connection, ["p1"], noon + 9 * DAY, ON_ITS_WAY)["p1"]
    return one.answered_at, one.upset


def test_what_was_said_before_it_is_no_answer(written_to: Store, noon: datetime) -> None:
    said(written_to, noon - DAY, "negative")
    assert answer(written_to, noon) == (None, False)


def test_the_first_word_after_it_says_how_it_was_taken(written_to: Store, noon: datetime) -> None:
    said(written_to, noon + 2 * DAY, "negative")
    said(written_to, noon + 3 * DAY, "positive")
    did(written_to, noon + 4 * DAY)
    assert answer(written_to, noon) == (noon + 2 * DAY, True)


def test_a_deed_is_an_answer_too(written_to: Store, noon: datetime) -> None:
    did(written_to, noon + DAY)
    said(written_to, noon + 2 * DAY, "negative")
    assert answer(written_to, noon) == (noon + DAY, False)
