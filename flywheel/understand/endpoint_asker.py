"""Asks a language model about many texts: a few at once, patiently, and not at all where it is of no use."""

from __future__ import annotations

import email.utils
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event, Lock
from typing import Self

import httpx
from pydantic import Field

from flywheel.domain.reading import Label
from flywheel.domain.record import Record
from flywheel.understand.endpoint_answer import UnusableAnswerError, label_in, question
from flywheel.understand.endpoint_kept import Spent

_LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_OK = 200
_MOST_BYTES = 65_536
_ENOUGH = 5


class Patience(Record):
    """How often and how long to try one text."""

    attempts: int = Field(default=3, ge=1, le=10)
    first_wait_seconds: float = Field(default=1.0, ge=0, description="Doubled after each attempt.")
    longest_wait_seconds: float = Field(default=30.0, ge=0, description="A longer Retry-After ends the asking.")
    timeout_seconds: float = Field(default=30.0, gt=0, description="Of one attempt, from its first byte to its last.")


class Asker:
    """Asks one model; `troubles` counts by kind why texts have no answer. Neither texts nor answers are logged."""

    def __init__(self, url: str, model: str, secret: str | None, patience: Patience, spent: Spent) -> None:
        self.troubles: Counter[str] = Counter()
        self._url, self._model, self._patience, self._spent = f"{url}/chat/completions", model, patience, spent
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        self._client = httpx.Client(headers=headers, timeout=patience.timeout_seconds, follow_redirects=False)
        self._ended, self._lock, self._failures = Event(), Lock(), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, texts: list[str], at_once: int) -> Iterator[tuple[str, Label]]:
        """Yield each text that was answered, with its label, in the order of the texts."""
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            for text, label in zip(texts, pool.map(self._label, texts), strict=True):
                if label is not None:
                    yield text, label

    def _label(self, text: str) -> Label | None:
        reason = ""
        for attempt in range(self._patience.attempts):
            closed = self._closed()
            if closed:
                self._without(closed)
                return None
            try:
                return self._answered(text)
            except _LaterError as later:
                reason = later.reason
                wait = self._patience.first_wait_seconds * 2**attempt if later.seconds is None else later.seconds
            except _NeverError as never:
                self._ended.set()
                self._without(never.reason)
                return None
            if attempt + 1 == self._patience.attempts or wait > self._patience.longest_wait_seconds:
                break
            self._ended.wait(wait)
        self._given_up(reason)
        return None

    def _closed(self) -> str:
        """Return why no more may be asked, or nothing; what may be asked is counted as spent."""
        if self._ended.is_set():
            return "not asked after the failures before it"
        return "" if self._spent.one_more() else "over the spend cap of the cycle"

    def _answered(self, text: str) -> Label:
        try:
            label = label_in(self._body(text))
        except UnusableAnswerError:
            raise _LaterError("an answer not of the form asked for", 0.0) from None
        except httpx.HTTPError as error:
            raise _LaterError(f"not reached ({type(error).__name__})", None) from error
        with self._lock:
            self._failures = 0
        return label

    def _body(self, text: str) -> bytes:
        """Return the body of an answer, if it comes in time and is not endless."""
        end, body = time.monotonic() + self._patience.timeout_seconds, b""
        with self._client.stream("POST", self._url, json=question(self._model, text)) as answer:
            if answer.status_code in _LATER:
                raise _LaterError(f"status {answer.status_code}", _retry_after(answer))
            if answer.status_code != _OK:
                raise _NeverError(f"refused with status {answer.status_code}")
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise UnusableAnswerError("it is endless")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer comes too slowly")
        return body

    def _given_up(self, reason: str) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= _ENOUGH:
                self._ended.set()
        self._without(reason)

    def _without(self, reason: str) -> None:
        with self._lock:
            self.troubles[reason] += 1


class _LaterError(Exception):
    """The server asks for patience."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


class _NeverError(Exception):
    """The server will not answer, however often it is asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date (RFC 9110, 10.2.3)."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        now = email.utils.parsedate_to_datetime(answer.headers.get("Date", ""))
        until = email.utils.parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return max((_aware(until) - _aware(now)).total_seconds(), 0.0)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
