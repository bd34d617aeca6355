"""A channel that hands each message to another system over HTTP, signed as Standard Webhooks has it."""

from __future__ import annotations

import base64
import json
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from flywheel.act.asking import Request, ask, meaning, target_of
from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel

_SECRET_BYTES = (24, 64)


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
        target = target_of(self.url, self.hosts, self.inside)
        if isinstance(target, Receipt):
            return target
        content = _content(message, with_address=self.with_address)
        answer = ask(Request("POST", target, self._signed(message, content), content, self.timeout_seconds))
        return answer if isinstance(answer, Receipt) else meaning(answer, message.leaves_at)

    def ready(self) -> str | None:
        """Say what is missing: whether the address may be asked, and is found. Nothing is sent."""
        target = target_of(self.url, self.hosts, self.inside)
        return target.detail if isinstance(target, Receipt) else None

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
