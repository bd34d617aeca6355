"""Plugins that break a promise are caught, each by a sentence that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import ConfigDict, PrivateAttr, SecretStr

from flywheel import checks
from flywheel.decide.policies import ConsentPolicy
from flywheel.domain.delivery import Message, Receipt
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page, SetAside
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Consent, PersonFact
from flywheel.domain.play import PersonView, Play, Verdict
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.domain.standing import Measure
from flywheel.ports import BenchmarkProvider, Channel, OutcomeSource, PersonSource, Policy, Predictor, Source
from flywheel.predict.churn_rule import ChurnRule
from flywheel.understand.fast import FastAnalyzer

DAY = datetime(2026, 3, 1, tzinfo=UTC)
PER_PAGE = 2


class ListSource(Source):
    """A source that is a list of seven, in pages of two; its cursor is how many were given."""

    id: str = "shelf"
    brand: str | None = "Own"

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        start = int(str(since.value)) if since else 0
        for at in range(start, 7, PER_PAGE):
            rows = [self.row(n) for n in range(at, min(at + PER_PAGE, 7))]
            yield Page(rows, Cursor(value=self.stop(at + len(rows))))

    def row(self, n: int) -> Feedback:
        return Feedback(text=f"row {n}", external_id=str(n), said_at=DAY, position=f"row {n}")

    def stop(self, at: int) -> Any:
        return at


def test_a_list_can_be_a_source() -> None:
    checks.check_source(ListSource())


class CursorAhead(ListSource):
    def stop(self, at: int) -> Any:
        return at + 1


class CursorBehind(ListSource):
    def stop(self, at: int) -> Any:
        return max(at - 1, 0)


class CursorIsAnObject(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        yield Page([self.row(1)], Cursor.model_construct(value=DAY))


class ChangingIds(ListSource):
    _drawn: Any = PrivateAttr(default_factory=count)

    def row(self, n: int) -> Feedback:
        return Feedback(text=f"row {n}", external_id=f"{n}-{next(self._drawn)}")


class NaiveDates(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        row = FeedbackColumns.of([self.row(1)])
        yield Page(replace(row, said_at=[datetime(2026, 3, 1)]), Cursor(value=1))  # noqa: DTZ001 - the very fault


class UnequalColumns(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        yield Page(replace(FeedbackColumns.of([self.row(1)]), text=["a", "b"]), Cursor(value=1))


class NoBrand(ListSource):
    brand: str | None = None


class NothingSaid(ListSource):
    def row(self, n: int) -> Feedback:
        return Feedback(text=" ", external_id=str(n))


class Endless(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        for n in count():
            yield Page([self.row(n)], Cursor(value=n))


class NoReason(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        yield Page([self.row(1)], Cursor(value=1), [SetAside(position="row 0", reason="")])


class Rows(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Any]:
        yield self.row(1)


class Empty(ListSource):
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        yield Page([], Cursor(value=0))


class TakesAnything(ListSource):
    model_config = ConfigDict(extra="ignore")


class CanChange(ListSource):
    model_config = ConfigDict(frozen=False)


class PlainToken(ListSource):
    token: str = "abc"


class ShowsItsSecret(ListSource):
    login: SecretStr = SecretStr("hunter2")

    def __repr__(self) -> str:
        return f"ShowsItsSecret({self.login.get_secret_value()})"


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (CursorAhead, "where 5 are left"), (CursorBehind, "after its last cursor"), (CursorIsAnObject, "survive JSON"),
        (ChangingIds, "must not change"), (NaiveDates, "not in UTC"), (UnequalColumns, "unequal length"),
        (NoBrand, "about which brand"), (NothingSaid, "neither text nor score"), (Endless, "does it ever end"),
        (NoReason, "without a reason"), (Rows, "yield Page"), (Empty, "gave no feedback"),
        (TakesAnything, "extra='forbid'"), (CanChange, "frozen=True"), (PlainToken, "declare it as SecretStr"),
        (ShowsItsSecret, "shows when"),
    ],
)  # fmt: skip
def test_a_bad_source_is_caught(bad: Callable[[], Source], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        checks.check_source(bad())


def test_a_thing_of_another_socket_is_caught() -> None:
    with pytest.raises(AssertionError, match="is no Source"):
        checks.check_source(ChurnRule())  # type: ignore[arg-type]


class NobodyInParticular(PersonSource):
    id: str = "crm"

    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        yield Page([PersonFact(person=" ")], Cursor(value=1))


class NaiveConsent(NobodyInParticular):
    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        naive = datetime(2026, 3, 1)  # noqa: DTZ001 - the very fault
        line = Consent.model_construct(channel="mail", purpose="service", granted=True, at=naive)
        yield Page([PersonFact.model_construct(person="c1", consents=(line,))], Cursor(value=1))


class Repeats(NobodyInParticular):
    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        yield Page([PersonFact(person="c1")], Cursor(value=1))


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [(NobodyInParticular, "without an id"), (NaiveConsent, "not in UTC"), (Repeats, "nothing was new")],
)
def test_a_bad_person_source_is_caught(bad: Callable[[], PersonSource], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        checks.check_person_source(bad())


def test_an_outcome_of_nothing_is_caught() -> None:
    class Nameless(OutcomeSource):
        id: str = "orders"

        def fetch(self, since: Cursor | None) -> Iterator[Page[Outcome]]:
            yield Page([Outcome(person="c1", metric="", value=1, happened_at=DAY)], Cursor(value=1))

    with pytest.raises(AssertionError, match="without a metric"):
        checks.check_outcome_source(Nameless())


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
