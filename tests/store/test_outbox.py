"""The outbox: claimed by one, sent once, and what is in doubt is never lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from databases import on_postgresql
from sqlalchemy import text

from flywheel.domain.delivery import Receipt
from flywheel.store import Store
from flywheel.store.shelves.outbox import Attempt, Letter, OutboxShelf

MINUTE = timedelta(minutes=1)


@pytest.fixture
def letter(noon: datetime) -> Letter:
    return Letter(
        id="d1", decision_id="x1", person_id="p1", play="help", channel="mail", purpose="service", key="k1",
        language="en", subject="s", body="b", payload_hash="h", status="pending", attempts=0, next_at=noon,
        not_after=noon + timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def outbox(store: Store, letter: Letter) -> Store:
    with store.write(None) as shelves:
        shelves.outbox.add([letter, letter])
    return store


def test_the_same_message_twice_is_one(outbox: Store) -> None:
    with outbox.read() as shelves:
        assert shelves.outbox.statuses() == Counter({"pending": 1})


def test_what_is_not_due_is_not_claimed(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        assert shelves.outbox.claim(noon - MINUTE, 1, 10) == []
        assert [one.id for one in shelves.outbox.claim(noon, 1, 10)] == ["d1"]
        assert shelves.outbox.claim(noon, 1, 10) == []


def test_what_an_earlier_try_of_the_same_run_held_is_taken_up_again(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        shelves.outbox.start([mine], 1, noon)
        shelves.outbox.leave_behind(2)
        assert shelves.outbox.claim(noon, 1, 10) == []
        shelves.outbox.leave_behind(1)
        assert [(one.id, one.status) for one in shelves.outbox.claim(noon, 1, 10)] == [("d1", "sending")]


@on_postgresql
def test_two_who_claim_at_once_share_nothing(store: Store, url: str, letter: Letter, noon: datetime) -> None:
    letters = [replace(letter, id=f"d{n}", decision_id=f"x{n}", key=f"k{n}") for n in range(9)]
    other = Store(url)
    with store.write(None) as shelves:
        shelves.outbox.add(letters)
    # each under a fence of its own, as if no lease stood between them
    with store._writer.begin() as one, other._writer.begin() as two:
        mine, theirs = OutboxShelf(one).claim(noon, 1, 4), OutboxShelf(two).claim(noon, 2, 9)
    other.close()
    assert [one.id for one in mine] == ["d0", "d1", "d2", "d3"]
    assert [one.id for one in theirs] == ["d4", "d5", "d6", "d7", "d8"]


@on_postgresql
def test_two_who_look_at_one_persons_contacts_do_so_one_after_another(
    outbox: Store, url: str, known: Any, noon: datetime
) -> None:
    found: list[int] = []

    def look() -> None:
        other = Store(url)
        with other._writer.begin() as connection:
            shelf = OutboxShelf(connection)
            shelf.keep_others_out(["p1"])
            found.append(len(shelf.contacts(["p1"], noon)["p1"]))
        other.close()

    with outbox.write(None) as shelves:
        shelves.people.add("crm", [known("p1")], noon)
    second = threading.Thread(target=look)
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        shelves.outbox.keep_others_out(["p1"])
        assert shelves.outbox.contacts(["p1"], noon) == {}
        second.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        end = time.monotonic() + 30
        while not shelves._connection.execute(waits).scalar_one() and time.monotonic() < end:
            time.sleep(0.01)
        assert found == []
        shelves.outbox.start([mine], 1, noon)
    second.join(30)
    assert found == [1]


def test_an_attempt_is_written_before_the_call_and_its_answer_after(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        assert shelves.outbox.start([mine], 1, noon) == {"d1": 1}
        assert shelves._connection.execute(text("SELECT number, answer FROM delivery_attempt")).all() == [(1, None)]
        change = {"status": "sent", "sent_at": noon, "error": None}
        done = Attempt("d1", 1, Receipt(answer="ok", provider_id="m7"), noon, change)
        assert shelves.outbox.finish([done], 1) == {"d1": "sent"}
        rows = shelves._connection.execute(text("SELECT number, answer, provider_id FROM delivery_attempt")).all()
        assert rows == [(1, "ok", "m7")]
        assert shelves.outbox.statuses() == Counter({"sent": 1})


def test_what_a_dead_holder_left_is_taken_over_and_the_old_one_cannot_finish(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [old] = shelves.outbox.claim(noon, 1, 10)
        assert shelves.outbox.start([old], 1, noon) == {"d1": 1}
        [new] = shelves.outbox.claim(noon, 2, 10)
        assert (new.id, new.status, new.attempts) == ("d1", "sending", 1)
        assert shelves.outbox.start([old], 1, noon) == {}
        change = {"status": "sent", "sent_at": noon, "error": None}
        assert shelves.outbox.finish([Attempt("d1", 1, Receipt(answer="ok"), noon, change)], 1) == {}
        assert shelves.outbox.start([new], 2, noon) == {"d1": 2}


def test_a_message_whose_time_has_passed_expires_unless_it_is_on_its_way(outbox: Store, noon: datetime) -> None:
    late = noon + timedelta(days=2)
    with outbox.write(None) as shelves:
        assert shelves.outbox.expire(noon).total() == 0
        assert shelves.outbox.expire(late) == {"unknown": 0, "expired": 1}
        assert shelves.outbox.expire(late).total() == 0
        assert shelves.outbox.claim(late, 1, 10) == []


def in_doubt(outbox: Store, noon: datetime) -> None:
    """Let an attempt end in doubt, so that the message waits for another one."""
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        shelves.outbox.start([mine], 1, noon)
        change = {"status": "retry_wait", "next_at": noon + MINUTE, "error": "answered 503"}
        shelves.outbox.finish([Attempt("d1", 1, Receipt(answer="in doubt"), noon, change)], 1)


def test_what_may_have_arrived_is_no_expired_message(outbox: Store, noon: datetime) -> None:
    in_doubt(outbox, noon)
    with outbox.write(None) as shelves:
        assert shelves.outbox.expire(noon + timedelta(days=2)) == {"unknown": 1, "expired": 0}


def test_what_died_on_its_way_is_not_sent_again_when_its_time_has_passed(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        shelves.outbox.start([mine], 1, noon)
        assert shelves.outbox.expire(noon + timedelta(days=2)) == {"unknown": 1, "expired": 0}
        assert shelves.outbox.claim(noon + timedelta(days=2), 2, 10) == []


@pytest.mark.parametrize("ending", ["suppressed", "blocked", "cancelled"])
def test_what_may_have_arrived_is_not_put_aside_as_if_it_had_not(outbox: Store, noon: datetime, ending: str) -> None:
    in_doubt(outbox, noon)
    with outbox.write(None) as shelves:
        [again] = shelves.outbox.claim(noon + MINUTE, 2, 10)
        assert shelves.outbox.put([again], 2, ending, "an opt-out") == {"unknown": 1}
        assert shelves.outbox.statuses() == {"unknown": 1}


def test_a_refusal_after_a_doubt_is_no_proof_that_it_never_arrived(outbox: Store, noon: datetime) -> None:
    in_doubt(outbox, noon)
    with outbox.write(None) as shelves:
        [again] = shelves.outbox.claim(noon + MINUTE, 2, 10)
        assert shelves.outbox.start([again], 2, noon + MINUTE) == {"d1": 2}
        refused = Attempt("d1", 2, Receipt(answer="rejected"), noon, {"status": "failed", "error": "answered 400"})
        assert shelves.outbox.finish([refused], 2) == {"d1": "unknown"}


def test_what_may_have_arrived_counts_as_a_contact_while_it_waits_for_another_try(
    outbox: Store, noon: datetime
) -> None:
    in_doubt(outbox, noon)
    with outbox.read() as shelves:
        assert [delivery for delivery, _ in shelves.outbox.contacts(["p1"], noon)["p1"]] == ["d1"]


def test_a_message_that_waits_is_held_until_its_time(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        shelves.outbox.put([mine], 1, "retry_wait", "quiet hours", noon + 5 * MINUTE)
        assert shelves.outbox.claim(noon + MINUTE, 1, 10) == []
        assert len(shelves.outbox.claim(noon + 5 * MINUTE, 1, 10)) == 1


def test_what_was_sent_or_may_have_been_counts_as_a_contact(outbox: Store, noon: datetime) -> None:
    with outbox.write(None) as shelves:
        [mine] = shelves.outbox.claim(noon, 1, 10)
        assert shelves.outbox.contacts(["p1"], noon) == {}
        shelves.outbox.start([mine], 1, noon)
        [(message, contact)] = shelves.outbox.contacts(["p1", "p2"], noon)["p1"]
        assert (message, contact.play) == ("d1", "help")
        assert shelves.outbox.contacts(["p1"], noon + timedelta(days=91)) == {}


def test_the_kill_switch_says_who_turned_it_and_why(store: Store, noon: datetime) -> None:
    with store.write(None) as shelves:
        assert shelves.audit.sending_paused() is None
        shelves.audit.switch("off", "Ada", "a wrong template", noon)
        assert shelves.audit.sending_paused() == "paused by Ada: a wrong template"
        shelves.audit.switch("on", "Ada", "mended", noon)
        assert shelves.audit.sending_paused() is None
        assert shelves.views.count("v_audit") == 2
