"""Plugins that break a promise are caught, each by a sentence that names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import PrivateAttr

from flywheel import checks
from flywheel.decide.policies import ConsentPolicy
from flywheel.domain.delivery import Message, Receipt
from flywheel.domain.play import PersonView, Play, Verdict
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.domain.standing import Measure
from flywheel.ports import BenchmarkProvider, Channel, Policy, Predictor
from flywheel.understand.fast import FastAnalyzer


class Shuffles(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, label=found.label[::-1], sentiment=found.sentiment[::-1])


class CallsUnreadNeutral(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, label=[one or "neutral" for one in found.label])


class KnowsTheUnread(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, sentiment=np.nan_to_num(found.sentiment))


class LosesOne(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, status=found.status[1:])


class LooksAtItsNeighbours(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, confidence=found.confidence / len(texts) if len(texts) else found.confidence)


class InventsEvidence(FastAnalyzer):
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        found = super().read(texts, taxonomy)
        return replace(found, mentions=replace(found.mentions, evidence=["what?"] * len(found.mentions.row)))


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (Shuffles, "label what is read"), (CallsUnreadNeutral, "label what is read"), (KnowsTheUnread, "give NaN"),
        (LosesOne, "one row per text"), (LooksAtItsNeighbours, "hangs on its text only"),
        (InventsEvidence, "does not stand in the text"),
    ],
)  # fmt: skip
def test_a_bad_analyzer_is_caught(bad: Callable[[], FastAnalyzer], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        checks.check_analyzer(bad())


def test_a_value_outside_its_range_is_caught() -> None:
    class Sure(Predictor):
        def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
            return [
                Prediction(
                    person_id=one.person_id, kind="churn", value=0.9, low=0.1, high=0.5, as_of=one.as_of, model="m",
                    drivers=(),
                )
                for one in histories
            ]  # fmt: skip

    with pytest.raises(AssertionError, match="inside its range"):
        checks.check_predictor(Sure())


def test_a_figure_from_nowhere_or_from_the_future_is_caught() -> None:
    class Rumour(BenchmarkProvider):
        days: int = 0
        provenance: str = "a paper"

        def measures(self, heard: Sequence[Measure], as_of: datetime) -> list[Measure]:
            at = as_of + timedelta(days=self.days)
            return [one.model_copy(update={"provenance": self.provenance, "as_of": at}) for one in heard]

    with pytest.raises(AssertionError, match="where it comes from"):
        checks.check_benchmark(Rumour(provenance=""))
    with pytest.raises(AssertionError, match="after the moment"):
        checks.check_benchmark(Rumour(days=1))


def said(reason: str) -> Verdict:
    return Verdict(policy="mine", ruling="allow", reason=reason)


class Silent(Policy):
    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        return said("")


class Moody(Policy):
    _drawn: Any = PrivateAttr(default_factory=count)

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        return said(f"mood {next(self._drawn)}")


class OtherInBatches(ConsentPolicy):
    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        return [said("all are fine") for _ in plays]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [(Silent, "without a reason"), (Moody, "otherwise than one by one"), (OtherInBatches, "otherwise than one by one")],
)
def test_a_bad_policy_is_caught(bad: Callable[[], Policy], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        checks.check_policy(bad())


def test_a_policy_that_needs_an_occasion_at_the_last_look_fails() -> None:
    class Assumes(Policy):
        def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
            return said(f"it is {view.occasion.label}")  # type: ignore[union-attr]

    with pytest.raises(AttributeError):
        checks.check_policy(Assumes())


class RememberingChannel(Channel):
    """A channel that remembers what it was given, each key once."""

    honours_keys: ClassVar[bool] = True
    id: str = "memory"
    _kept: list[str] = PrivateAttr(default_factory=list)

    def send(self, message: Message) -> Receipt:
        if message.key not in self._kept:
            self._kept.append(message.key)
        return Receipt(answer="ok")

    def ready(self) -> str | None:
        return None

    def done(self) -> int:
        return len(self._kept)


class ForgetsKeys(RememberingChannel):
    def send(self, message: Message) -> Receipt:
        self._kept.append(message.key)
        return Receipt(answer="ok")


class ForgetsKeysAndSaysSo(ForgetsKeys):
    honours_keys: ClassVar[bool] = False


class Raises(RememberingChannel):
    def send(self, message: Message) -> Receipt:
        message.subject.encode("ascii")
        return super().send(message)


class TriesItself(RememberingChannel):
    def ready(self) -> str | None:
        self._kept.append("trial")
        return None


class TellsTheAddress(RememberingChannel):
    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(answer="ok", detail=f"to {message.address.get_secret_value()}" if message.address else "")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (ForgetsKeys, "had 2 effects"), (Raises, "raised UnicodeEncodeError"), (TriesItself, "`ready` sends nothing"),
        (TellsTheAddress, "shows the address"),
    ],
)  # fmt: skip
def test_a_bad_channel_is_caught(bad: Callable[[], RememberingChannel], sentence: str) -> None:
    channel = bad()
    with pytest.raises(AssertionError, match=sentence):
        checks.check_channel(channel, channel.done)


@pytest.mark.parametrize("good", [RememberingChannel, ForgetsKeysAndSaysSo])
def test_a_channel_that_does_what_it_says_passes(good: Callable[[], RememberingChannel]) -> None:
    channel = good()
    checks.check_channel(channel, channel.done)
