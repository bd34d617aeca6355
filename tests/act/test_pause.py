"""The kill switch, thrown while messages are going out: at most the one in flight leaves, and the step ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import PrivateAttr

from flywheel.config import Settings
from flywheel.config.settings import Brand
from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.delivery import Message, Receipt
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Decision, Play
from flywheel.ports import Channel
from flywheel.steps import act
from flywheel.store import Store, migrate
from flywheel.store.shelves.people import KnownPerson
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

PEOPLE = 5


class Sink(Channel):
    """A channel that remembers its keys, and calls somebody after each message."""

    honours_keys: ClassVar[bool] = True
    id: str = "mail"
    _keys: list[str] = PrivateAttr(default_factory=list)
    _then: list[Callable[[], None]] = PrivateAttr(default_factory=list)

    def send(self, message: Message) -> Receipt:
        self._keys.append(message.key)
        for call in self._then:
            call()
        return Receipt(answer="ok")

    def ready(self) -> str | None:
        return None


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def wheel(tmp_path: Path, noon: datetime, sink: Sink) -> Iterator[Flywheel]:
    messages = tmp_path / "templates" / "messages"
    messages.mkdir(parents=True)
    (messages / "help.en.j2").write_text("Subject: s\n\nHello", encoding="utf-8")
    play = Play(name="help", tier="friction", when="sentiment < 0", channel="mail", template="help")
    settings = Settings(
        project=tmp_path, brand=Brand(name="Own"), sources=(), analyzer=FastAnalyzer(), channels=(sink,), plays=(play,)
    )
    url = f"sqlite:///{tmp_path / 'store' / 'flywheel.db'}"
    migrate(url, {})
    store = Store(url)
    yield Flywheel(settings, store, Vault(b"k" * 32), lambda: noon)
    store.close()


@pytest.fixture
def cycle(wheel: Flywheel, noon: datetime, decision: Callable[..., Decision]) -> Cycle:
    """A cycle in which a message to each of five people has been decided."""
    window = Window(since=noon, until=noon)
    fresh = Cycle(id="c1", flow="cycle", window=window, as_of=noon, mode="live", period=0, config_hash="h", fence=0)
    people = [
        KnownPerson(
            Person(id=f"p{at}", voice="customer", brand="Own"),
            (Consent(channel="mail", purpose="service", granted=True, at=noon - timedelta(days=9)),),
            (("mail", wheel.vault.lock(f"p{at}@b.example", f"p{at}")),),
        )
        for at in range(PEOPLE)
    ]
    with wheel.store.write(None) as shelves:
        held = shelves.cycles.begin(fresh, ("act",), noon, "0")
        shelves.people.add("crm", people, noon)
        shelves.decisions.add([decision(id=f"d{at}", person_id=f"p{at}") for at in range(PEOPLE)])
    return held


def statuses(wheel: Flywheel) -> dict[str, int]:
    with wheel.store.read() as shelves:
        return dict(shelves.outbox.statuses())


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
