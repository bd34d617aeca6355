"""The kill switch, thrown while messages are going out: at most the one in flight leaves, and the step ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sink import PEOPLE, Sink, statuses

from flywheel.domain.cycle import Cycle
from flywheel.domain.person import Consent, Person
from flywheel.steps import act
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
