"""One request to another system, and what its answer means: done, refused, certainly not sent, or in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

import httpx

from flywheel.act.outside import Target, aimed
from flywheel.domain.delivery import Receipt
from flywheel.errors import PermanentError

_TAKEN, _MOVED, _BROKEN = 200, 300, 500
_AGAIN_LATER = (429, 503)
_IN_DOUBT = (408, 409, 425)
_ANSWER_BYTES = 1_048_576
_LONGEST_WAIT = timedelta(days=1)


class Request(NamedTuple):
    """What is asked, of whom."""

    method: Literal["GET", "POST"]
    target: Target
    headers: Mapping[str, str]
    content: bytes | None = None
    timeout_seconds: float = 15.0


class Answer(NamedTuple):
    """What the other end said; the body as far as anybody would read it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether it was done."""
        return _TAKEN <= self.status < _MOVED


def target_of(url: str, hosts: Sequence[str], inside: Sequence[str]) -> Target | Receipt:
    """Return where to send a request for a URL, or why it may or can not go there."""
    try:
        return aimed(url, hosts, inside)
    except PermanentError as error:
        return Receipt(answer="rejected", detail=str(error))
    except (OSError, UnicodeError) as error:
        return Receipt(answer="not sent", detail=f"the host cannot be found ({type(error).__name__})")


def ask(request: Request) -> Answer | Receipt:
    """Make one request, to the address that was judged and nowhere else; return the answer, or why there is none."""
    target = request.target
    try:
        with (
            httpx.Client(timeout=request.timeout_seconds, follow_redirects=False, trust_env=False) as client,
            client.stream(
                request.method, target.url, content=request.content, headers={**request.headers, "Host": target.named},
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):  # fmt: skip
            return Answer(answer.status_code, answer.headers, _read_a_little(answer))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return Receipt(answer="not sent", detail=f"no connection ({type(error).__name__})")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Receipt(answer="in doubt", detail=f"no answer ({type(error).__name__})")


def meaning(answer: Answer, now: datetime) -> Receipt:
    """Return what a status means for the message (reliability note 3.2)."""
    status = answer.status
    detail = f"answered {status}"
    if answer.is_good:
        return Receipt(answer="ok", provider_id=f"HTTP {status}", detail=detail)
    if status in _AGAIN_LATER:
        wait = _retry_after(answer.headers.get("Retry-After", ""), now)
        if wait is not None or status == _AGAIN_LATER[0]:
            return Receipt(answer="rejected" if wait else "not sent", retry_after=wait, detail=detail)
    if status >= _BROKEN or status in _IN_DOUBT:
        return Receipt(answer="in doubt", detail=detail)
    return Receipt(answer="rejected", detail=detail)


def _read_a_little(answer: httpx.Response) -> bytes:
    """Read what the receiver says, as far as anybody would, so that a long answer does not hold us up."""
    parts, size = [], 0
    for part in answer.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > _ANSWER_BYTES:
            break
    return b"".join(parts)


def _retry_after(said: str, now: datetime) -> datetime | None:
    parsers: tuple[Callable[[str], datetime], ...] = (
        lambda text: now + timedelta(seconds=int(text)),
        lambda text: parsedate_to_datetime(text).astimezone(UTC),
    )
    for parse in parsers:
        try:
            return min(max(parse(said), now), now + _LONGEST_WAIT)
        except (ValueError, TypeError, OverflowError):
            continue
    return None
