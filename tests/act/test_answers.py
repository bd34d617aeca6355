"""What an answer means for a message: the table of the reliability note, 3.2, line by line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.act.answers import MAX_ATTEMPTS, after
from flywheel.domain.delivery import Receipt

HOUR = timedelta(hours=1)


def state(noon: datetime, answer: str, *, keys: bool, attempts: int = 1, wait: bool = False) -> dict[str, Any]:
    receipt = Receipt.model_validate({"answer": answer, "detail": "why", "retry_after": noon + HOUR if wait else None})
    return after(receipt, attempts, honours_keys=keys, now=noon)


@pytest.mark.parametrize(
    ("answer", "wait", "with_keys", "without_keys"),
    [
        ("ok", False, "sent", "sent"),
        ("not sent", False, "retry_wait", "retry_wait"),  # refused before a byte of it
        ("rejected", False, "failed", "failed"),  # 4xx, 3xx
        ("rejected", True, "retry_wait", "retry_wait"),  # 429, 503 with Retry-After
        ("in doubt", False, "retry_wait", "unknown"),  # 5xx, a reset after it was written
    ],
)  # fmt: skip
def test_an_answer_has_one_meaning(noon: datetime, answer: str, wait: bool, with_keys: str, without_keys: str) -> None:
    assert state(noon, answer, keys=True, wait=wait)["status"] == with_keys
    assert state(noon, answer, keys=False, wait=wait)["status"] == without_keys


@pytest.mark.parametrize(
    ("answer", "keys", "end"),
    [
        ("not sent", True, "dead"),
        ("not sent", False, "dead"),
        ("in doubt", True, "unknown"),
        ("in doubt", False, "unknown"),
    ],
)
def test_after_the_last_attempt_only_what_is_certain_is_called_dead(
    noon: datetime, answer: str, keys: bool, end: str
) -> None:
    assert state(noon, answer, keys=keys, attempts=MAX_ATTEMPTS)["status"] == end


def test_waits_grow_and_the_other_ends_own_wait_is_kept(noon: datetime) -> None:
    waits = [state(noon, "not sent", keys=True, attempts=n)["next_at"] - noon for n in range(1, MAX_ATTEMPTS)]
    assert waits == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert state(noon, "not sent", keys=True, wait=True)["next_at"] == noon + HOUR


def test_what_was_sent_has_its_time_and_no_error(noon: datetime) -> None:
    assert state(noon, "ok", keys=True) == {"status": "sent", "sent_at": noon, "error": None}
    assert state(noon, "rejected", keys=True)["error"] == "why"
