"""Threads: posts with the one they answer, in the order in which they were said; all other feedback is no post."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flywheel.domain.cycle import Cycle
from flywheel.store import Store

OWN = "Own"


def test_a_piece_that_others_answer_stands_in_the_thread_of_its_name(
    store: Store, cycle: Cycle, say: Any, judged: Any, noon: datetime
) -> None:
    said_at = [noon - timedelta(hours=hours) for hours in (4, 1, 3, 2, 5)]
    heard = say(["Where?", "There", "Here", "Alone", "Elsewhere"], ids=["1", "2", "3", "4", "5"], said_at=said_at)
    voice = ["customer", "customer", "company", "customer", "customer"]
    thread, people = [None, "1", "1", None, "topic 7"], ["ann", "ben", None, "cem", "dee"]
    heard = replace(heard, thread=thread, voice=voice, person_id=people)
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", heard, cycle, ())
        batch = shelves.feedback.unread(9)
        wanted = ["question", "none", "none", "question", "praise"]
        shelves.readings.add(batch, judged(batch, intent=wanted), cycle, OWN)
    with store.read() as shelves:
        posts = shelves.threads("m1").posts(0)
        assert [(one.thread, one.speaker, one.person, one.asks) for one in posts] == [
            ("talk/1", "customer", "ann", True), ("talk/1", "company", None, False),
            ("talk/1", "customer", "ben", False), ("talk/topic 7", "customer", "dee", False),
        ]  # fmt: skip
        assert posts[0].at == said_at[0]
        assert [one.person for one in shelves.threads("m1").posts(batch.seq[-1])] == []
        assert not any(one.asks for one in shelves.threads("another").posts(0))
