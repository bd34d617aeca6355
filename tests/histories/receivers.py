"""Two receivers in memory: one does a key once, the other does whatever arrives; both answer as a history wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import ClassVar, NamedTuple

from pydantic import PrivateAttr
from truth import Truth

from flywheel.domain.delivery import AnswerClass, Message, Receipt
from flywheel.ports import Channel


class Died(Exception):  # noqa: N818 - no error, an end
    """The process ends here: nothing below a step catches this, so all that is open is rolled back, as by a kernel."""


class Way(NamedTuple):
    """How an attempt fares: whether the other end does it, and what we hear of that."""

    done: bool
    answer: AnswerClass | None
    later: bool = False


WAYS = {
    "fine": Way(done=True, answer="ok"),
    "done, no answer": Way(done=True, answer="in doubt"),
    "lost, no answer": Way(done=False, answer="in doubt"),
    "no connection": Way(done=False, answer="not sent"),
    "refused": Way(done=False, answer="rejected"),
    "not now": Way(done=False, answer="rejected", later=True),
    "we die before it": Way(done=False, answer=None),
    "we die after it": Way(done=True, answer=None),
}
_CERTAIN = ("not sent", "rejected")


@dataclass
class Mood:
    """How the other ends fare for now: a chance of trouble, and what happens between a message and its answer."""

    chance: Random
    trouble: float = 0.0
    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def next_way(self) -> str:
        return self.chance.choice(list(WAYS)) if self.chance.random() < self.trouble else "fine"


@dataclass
class Behind:
    """What stands behind a channel: the truth of this history, and the mood."""

    truth: Truth | None = None
    mood: Mood | None = None


class _Remembering(Channel):
    """A channel that tells the truth of the history what leaves and what arrives."""

    _behind: Behind = PrivateAttr(default_factory=Behind)

    def send(self, message: Message) -> Receipt:
        truth, mood = self._behind.truth, self._behind.mood
        assert truth is not None
        assert mood is not None
        name = mood.next_way()
        way = WAYS[name]
        truth.reached[name] += 1
        truth.leaves(message, keyed=self.honours_keys)
        if way.answer not in _CERTAIN:
            truth.doubtful.add(message.key)
        if way.done:
            truth.arrives(message, keyed=self.honours_keys)
        if mood.meanwhile:
            mood.meanwhile.pop()()
        if way.answer is None:
            raise Died(name)
        later = truth.now + timedelta(hours=2) if way.later else None
        return Receipt(answer=way.answer, detail=name, retry_after=later)

    def ready(self) -> str | None:
        return None


class Desk(_Remembering):
    """Does a key once; several go out between two looks."""

    honours_keys: ClassVar[bool] = True
    at_once: ClassVar[int] = 4
    id: str = "desk"


class Mail(_Remembering):
    """Does whatever arrives."""

    honours_keys: ClassVar[bool] = False
    id: str = "mail"
