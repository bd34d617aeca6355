"""A channel that hands each message to another system over HTTP, signed as Standard Webhooks has it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar

import httpx
from pydantic import Field, SecretStr, field_validator

from flywheel.act.outside import Target, aimed
from flywheel.domain.delivery import Message, Receipt
from flywheel.errors import PermanentError
from flywheel.ports import Channel

_TAKEN, _MOVED, _WRONG, _BROKEN = 200, 300, 400, 500
_AGAIN_LATER = (429, 503)
_IN_DOUBT = (408, 409, 425)
_ANSWER_BYTES = 65_536
_SECRET_BYTES = (24, 64)
_LONGEST_WAIT = timedelta(days=1)


class WebhookChannel(Channel):
    """POSTs each message as JSON; the receiver sees its key as `webhook-id` and `Idempotency-Key`, and does it once.

    Only `hosts` are asked, over https, at public addresses; a system of one's own network is listed in `inside` as
    `host:port`. Redirects are not followed. `secret` is that of Standard Webhooks: `whsec_` and base64.
    """

    honours_keys: ClassVar[bool] = True

    url: str
    secret: SecretStr
    hosts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    with_address: bool = Field(default=False, description="Hand over the person's address too.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=120)

    @field_validator("secret")
    @classmethod
    def _can_sign(cls, secret: SecretStr) -> SecretStr:
        low, high = _SECRET_BYTES
        try:
            key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
        except ValueError:
            key = b""
        if not low <= len(key) <= high:
            raise ValueError(f"a secret is `whsec_` and {low} to {high} bytes in base64")
        return secret

    def send(self, message: Message) -> Receipt:
        """Make one request and say what its answer means."""
        try:
            target = aimed(self.url, self.hosts, self.inside)
        except PermanentError as error:
            return Receipt(answer="rejected", detail=str(error))
        except (OSError, UnicodeError) as error:
            return Receipt(answer="not sent", detail=f"the host cannot be found ({type(error).__name__})")
        return self._posted(target, message)

    def ready(self) -> str | None:
        """Say what is missing: whether the address may be asked, and is found. Nothing is sent."""
        try:
            aimed(self.url, self.hosts, self.inside)
        except PermanentError as error:
            return str(error)
        except (OSError, UnicodeError) as error:
            return f"the host cannot be found ({type(error).__name__})"
        return None

    def _posted(self, target: Target, message: Message) -> Receipt:
        content = _content(message, with_address=self.with_address)
        headers = self._signed(message, content) | {"Host": target.named}
        try:
            with (
                httpx.Client(timeout=self.timeout_seconds, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST", target.url, content=content, headers=headers, extensions={"sni_hostname": target.host}
                ) as answer,
            ):
                _read_a_little(answer)
                return _meaning(answer, message.leaves_at)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Receipt(answer="not sent", detail=f"no connection ({type(error).__name__})")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Receipt(answer="in doubt", detail=f"no answer ({type(error).__name__})")

    def _signed(self, message: Message, content: bytes) -> dict[str, str]:
        from standardwebhooks.webhooks import Webhook

        name = f"msg_{message.key}"
        signature = Webhook(self.secret.get_secret_value()).sign(name, message.leaves_at, content.decode())
        return {
            "Content-Type": "application/json", "Idempotency-Key": message.key, "webhook-id": name,
            "webhook-timestamp": str(int(message.leaves_at.timestamp())), "webhook-signature": signature,
        }  # fmt: skip


def _content(message: Message, *, with_address: bool) -> bytes:
    plain = message.model_dump(mode="json", exclude={"address"})
    if with_address:
        plain["address"] = message.address.get_secret_value() if message.address else None
    return json.dumps(plain, sort_keys=True).encode("ascii")  # what no encoding can hold is escaped


def _read_a_little(answer: httpx.Response) -> None:
    """Read what the receiver says, as far as anybody would, so that a long answer does not hold us up."""
    size = 0
    for part in answer.iter_raw():
        size += len(part)
        if size > _ANSWER_BYTES:
            return


def _meaning(answer: httpx.Response, now: datetime) -> Receipt:
    """Return what a status means for the message (reliability note 3.2)."""
    status = answer.status_code
    detail = f"answered {status}"
    if _TAKEN <= status < _MOVED:
        return Receipt(answer="ok", provider_id=f"HTTP {status}", detail=detail)
    if status in _AGAIN_LATER:
        wait = _retry_after(answer.headers.get("Retry-After", ""), now)
        if wait is not None or status == _AGAIN_LATER[0]:
            return Receipt(answer="rejected" if wait else "not sent", retry_after=wait, detail=detail)
    if status >= _BROKEN or status in _IN_DOUBT:
        return Receipt(answer="in doubt", detail=detail)
    return Receipt(answer="rejected", detail=detail)


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
