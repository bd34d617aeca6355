"""One page over HTTP: patient with servers that are busy or break off, honest about what will not work."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, Self, TypeVar

import httpx
from pydantic import Field, SecretStr

from flywheel.domain.record import Record
from flywheel.errors import PermanentError, TransientError

_REFUSED, _BUSY = (401, 403), (408, 425, 429)
_OK, _ERRORS, _UNCHANGED, _BROKEN = 200, 300, 304, 500
T = TypeVar("T")
_AGAIN = "Try again later; what was read so far is stored."


class Auth(Record):
    """How to prove who asks: a bearer token, a header, a parameter of the query, or user and password."""

    kind: Literal["bearer", "header", "query", "basic"] = "bearer"
    name: str = "Authorization"
    user: SecretStr = SecretStr("")  # some give the token here
    secret: SecretStr


class Patience(Record):
    """How often and how long to try one page, and how much of it to take."""

    attempts: int = Field(default=6, ge=1, le=20)
    first_wait_seconds: float = Field(default=1.0, ge=0, description="Doubled after each attempt.")
    longest_wait_seconds: float = Field(
        default=120.0, ge=0, description="A longer Retry-After is left to the next turn."
    )
    timeout_seconds: float = Field(default=30.0, gt=0)
    max_bytes: int = Field(default=50_000_000, ge=1)


class Answer(NamedTuple):
    """A page: its document, the address of the next one where a Link header names it, and the server's own clock."""

    document: Any
    next_url: str | None
    now: datetime


class Fetched(NamedTuple):
    """Something that was asked for as it stands: None where it has not changed since; where it was found in the end."""

    body: bytes | None
    headers: httpx.Headers
    url: str


class Asker:
    """Asks one server; `name` stands in errors, addresses and answers never do."""

    def __init__(self, name: str, auth: Auth | None, headers: dict[str, str], patience: Patience) -> None:
        self._name, self._patience = name, patience
        self._query: dict[str, str] = {}
        self._follows = auth is None  # what proves who asks is for one server, and not for where it sends us
        given, login = dict(headers), None
        if auth is not None:
            secret = auth.secret.get_secret_value()
            match auth.kind:
                case "bearer":
                    given["Authorization"] = f"Bearer {secret}"
                case "header":
                    given[auth.name] = secret
                case "query":
                    self._query[auth.name] = secret
                case "basic":
                    login = httpx.BasicAuth(auth.user.get_secret_value(), secret)
        self._client = httpx.Client(
            headers={"Accept": "application/json"} | given, auth=login, timeout=patience.timeout_seconds,
            follow_redirects=False,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, url: str, params: dict[str, str], body: Any = None) -> Answer:
        """Return a page; raises TransientError when it may come later, PermanentError when it will not."""
        asked = self._client.build_request("GET" if body is None else "POST", url, json=body)
        more = params | self._query
        if more:
            asked.url = asked.url.copy_merge_params(more)
        return self._patiently(lambda: self._page(asked))

    def fetch(self, url: str, headers: dict[str, str]) -> Fetched:
        """Return a file, following where it has moved; `headers` may ask for it only if it has changed."""
        asked = self._client.build_request("GET", url, headers=headers)
        if self._query:
            asked.url = asked.url.copy_merge_params(self._query)
        return self._patiently(lambda: self._file(asked))

    def _patiently(self, ask: Callable[[], T]) -> T:
        reason = ""
        for attempt in range(self._patience.attempts):
            try:
                return ask()
            except httpx.HTTPError as error:
                reason, wait = f"cannot be reached ({type(error).__name__})", None
            except _LaterError as later:
                reason, wait = str(later), later.seconds
            seconds = self._patience.first_wait_seconds * 2**attempt if wait is None else wait
            if seconds > self._patience.longest_wait_seconds:
                break
            if attempt + 1 < self._patience.attempts:
                time.sleep(seconds)
        raise TransientError(f"Source {self._name!r} {reason}. {_AGAIN}")

    def _file(self, asked: httpx.Request) -> Fetched:
        answer = self._client.send(asked, stream=True, follow_redirects=self._follows)
        try:
            if answer.status_code == _UNCHANGED:
                return Fetched(None, answer.headers, str(answer.url))
            self._require(answer)
            return Fetched(self._body(answer), answer.headers, str(answer.url))
        finally:
            answer.close()

    def _page(self, asked: httpx.Request) -> Answer:
        answer = self._client.send(asked, stream=True)
        try:
            self._require(answer)
            return Answer(self._document(answer), _next_url(answer), _date(answer))
        finally:
            answer.close()

    def _require(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in _BUSY or status >= _BROKEN:
            raise _LaterError(f"answers {status}", _retry_after(answer))
        if status in _REFUSED:
            raise PermanentError(f"Source {self._name!r} refuses our credentials ({status}): were they revoked?")
        if not _OK <= status < _ERRORS:
            raise PermanentError(f"Source {self._name!r} answers {status}: is its address right?")

    def _document(self, answer: httpx.Response) -> Any:
        try:
            return json.loads(self._body(answer))
        except ValueError:
            raise _LaterError("gives JSON that is broken or cut off", None) from None

    def _body(self, answer: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > self._patience.max_bytes:
                raise PermanentError(
                    f"A page of source {self._name!r} has more than {self._patience.max_bytes:,} bytes: ask for "
                    "smaller pages, or raise `patience: {max_bytes: ...}`."
                )
            parts.append(part)
        return b"".join(parts)


class _LaterError(Exception):
    """The same page may come whole later; `seconds` is how long the server asks to wait."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


def joined(here: str, link: str) -> str:
    """Return the whole address of a link that stands in what was found at another; empty for what is no address."""
    try:
        return str(httpx.URL(here).join(link))
    except httpx.InvalidURL:
        return ""


def same_origin(one: str, other: str) -> bool:
    """Return whether two addresses are of one server (RFC 6454): what proves who asks may go to it."""
    try:
        first, second = httpx.URL(one), httpx.URL(other)
    except httpx.InvalidURL:
        return False
    return (first.scheme, first.host, first.port) == (second.scheme, second.host, second.port)


def _retry_after(answer: httpx.Response) -> float | None:
    written = answer.headers.get("Retry-After", "")
    try:
        return max(float(written), 0.0)
    except ValueError:
        pass
    try:
        return max((email.utils.parsedate_to_datetime(written) - _date(answer)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _date(answer: httpx.Response) -> datetime:
    """Return the server's own clock, which dates its records; ours where it tells none."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC)  # noqa: TID251 - the edge to a server that tells no time


def _next_url(answer: httpx.Response) -> str | None:
    link = answer.links.get("next", {}).get("url")
    return None if link is None else str(answer.url.join(link))
