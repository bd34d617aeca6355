"""The kill switch, thrown while messages are going out: at most the one in flight leaves, and the step ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sink import PEOPLE, Sink, statuses
from sqlalchemy import text

from flywheel.domain.cycle import Cycle
from flywheel.domain.person import Consent, Person
from flywheel.steps import act
from flywheel.steps.doubting import resolve
from flywheel.store.shelves.people import KnownPerson
from flywheel.wheel import Flywheel


def switch(wheel: Flywheel, state: str, at: datetime) -> None:
    with wheel.store.write(None) as shelves:
        shelves.audit.switch(state, "Ada", "a wrong template", at)


def test_everybody_gets_their_message_once(wheel: Flywheel, cycle: Cycle, sink: Sink) -> None:
    assert act(wheel, cycle).done == PEOPLE
    assert act(wheel, cycle).done == 0
    assert len(set(sink._keys)) == len(sink._keys) == PEOPLE


def test_a_pause_in_the_middle_holds_the_rest_and_the_step_ends(
    wheel: Flywheel, cycle: Cycle, sink: Sink, noon: datetime
) -> None:
    sink._then.append(lambda: switch(wheel, "off", noon))
    tally = act(wheel, cycle)
    assert (tally.done, len(sink._keys)) == (1, 1)
    assert statuses(wheel) == {"sent": 1, "retry_wait": PEOPLE - 1}
    assert "paused by Ada" in tally.warnings[0]


def test_while_it_is_paused_nothing_leaves_and_after_it_everything(
    wheel: Flywheel, cycle: Cycle, sink: Sink, noon: datetime
) -> None:
    switch(wheel, "off", noon)
    assert act(wheel, cycle).done == 0
    assert statuses(wheel) == {"pending": PEOPLE}
    switch(wheel, "on", noon)
    assert act(wheel, cycle).done == PEOPLE


def test_a_withdrawal_after_the_decision_suppresses_the_message(
    wheel: Flywheel, cycle: Cycle, sink: Sink, noon: datetime
) -> None:
    no: Any = Consent(channel="mail", purpose="service", granted=False, at=noon)
    gone = KnownPerson(Person(id="p0", voice="customer", brand="Own"), (no,), ())
    with wheel.store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [gone], noon)
    assert act(wheel, cycle).done == PEOPLE - 1
    assert statuses(wheel) == {"sent": PEOPLE - 1, "suppressed": 1}


def test_a_play_whose_template_is_bad_stops_no_other_and_is_told(wheel: Flywheel, cycle: Cycle, sink: Sink) -> None:
    [play] = wheel.settings.plays
    bad = play.model_copy(update={"name": "bad", "template": "bad"})
    object.__setattr__(wheel.settings, "plays", (play, bad))
    (wheel.settings.project / "templates" / "messages" / "bad.en.j2").write_text("Subject: s\n\n{{ os.system }}")
    with wheel.store.write(cycle.fence) as shelves:
        shelves._connection.execute(text("UPDATE decision SET play = 'bad' WHERE id = 'd0'"))
    tally = act(wheel, cycle)
    assert tally.done == PEOPLE - 1
    assert any("bad.en.j2 cannot be used" in reason for reason in tally.reasons)


def test_what_a_restored_store_may_have_sent_is_sent_once_a_person_says_so(
    wheel: Flywheel, cycle: Cycle, sink: Sink, noon: datetime
) -> None:
    with wheel.store.write(cycle.fence) as shelves:
        insert = "INSERT INTO store_fact (name, value) VALUES ('sent_before', '2026-03-02T13:00:00.000000Z')"
        shelves._connection.execute(text(insert))
    act(wheel, cycle)
    assert (sink._keys, statuses(wheel)) == ([], {"unknown": PEOPLE})
    with wheel.store.write(None) as shelves:
        one = shelves.doubts.listed(["unknown"])[0]
        resolve(wheel, shelves, one, "Ada", ("pending", "it did not arrive"))
    act(wheel, cycle)
    assert statuses(wheel) == {"unknown": PEOPLE - 1, "sent": 1}
