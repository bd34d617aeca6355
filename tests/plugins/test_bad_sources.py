"""Sources that break a promise are caught, each by a sentence that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from pydantic import ConfigDict, PrivateAttr, SecretStr

from flywheel import checks
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page, SetAside
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Consent, PersonFact
from flywheel.ports import OutcomeSource, PersonSource, Source
from flywheel.predict.churn_rule import ChurnRule

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
