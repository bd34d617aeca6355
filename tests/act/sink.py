"""A receiver that remembers, for tests of what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pydantic import PrivateAttr

from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel
from flywheel.wheel import Flywheel

PEOPLE = 5


class Sink(Channel):
    """A channel that remembers its keys, and calls somebody after each message."""

    honours_keys: ClassVar[bool] = True
    id: str = "mail"
    _keys: list[str] = PrivateAttr(default_factory=list)
    _then: list[Callable[[], None]] = PrivateAttr(default_factory=list)

    _answers: list[Receipt] = PrivateAttr(default_factory=list)

    def send(self, message: Message) -> Receipt:
        self._keys.append(message.key)
        for call in self._then:
            call()
        return self._answers.pop(0) if self._answers else Receipt(answer="ok")

    def ready(self) -> str | None:
        return None


def statuses(wheel: Flywheel) -> dict[str, int]:
    with wheel.store.read() as shelves:
        return dict(shelves.outbox.statuses())
