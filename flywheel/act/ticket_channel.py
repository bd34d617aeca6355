"""A channel that opens tickets in a help desk: any HTTP API that can be searched for what it has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field, JsonValue, SecretStr, field_validator

from flywheel.act.asking import Answer, Request, ask, meaning, target_of
from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel

_NOBODYS_KEY = "is-anybody-there"


class TicketChannel(Channel):
    """POSTs each message as a ticket, after looking whether there is one with its key: so it is opened once.

    `fields` is the ticket as the help desk wants it; `{key}`, `{subject}`, `{body}`, `{person}`, `{play}`, `{variant}`,
    `{language}` and `{address}` stand for the message's. The key must be among them, at `key_at` of what `search` finds
    under `found_in` (names with dots between them); `{key}` in `search` is the key.
    """

    honours_keys: ClassVar[bool] = True

    url: str
    search: str = Field(pattern=r"\{key\}", description="Where tickets are found by key.")
    found_in: str = Field(default="", description="Where in the answer the list of tickets is; empty: it is the list.")
    key_at: str = "external_id"
    id_at: str = Field(default="id", description="Where the new ticket's id is in the answer.")
    fields: dict[str, JsonValue]
    headers: dict[str, SecretStr] = Field(default_factory=dict, description="Such as Authorization.")
    hosts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    timeout_seconds: float = Field(default=15.0, gt=0, le=120)
    needs_address: bool = False

    @field_validator("fields")
    @classmethod
    def _has_its_key(cls, fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if "{key}" not in json.dumps(fields):
            raise ValueError('one of the fields must be "{key}": by it a ticket is found again')
        return fields

    def send(self, message: Message) -> Receipt:
        """Look for the ticket; where there is none, open it and say what the answer means."""
        there = self.look_up(message.key)
        if there.answer in ("ok", "rejected"):
            return there
        if there.detail != _NONE:
            return there.model_copy(update={"answer": "not sent", "detail": f"could not look for it: {there.detail}"})
        answer = self._asked("POST", self.url, json.dumps(_filled(self.fields, message)).encode("ascii"))
        if isinstance(answer, Receipt):
            return answer
        receipt = meaning(answer, message.leaves_at)
        new = str(_at(_document(answer), self.id_at) or "") if receipt.answer == "ok" else ""
        return receipt.model_copy(update={"provider_id": new or receipt.provider_id})

    def look_up(self, key: str) -> Receipt:
        """Say whether there is a ticket with this key. Opens none."""
        answer = self._asked("GET", self.search.replace("{key}", quote(key, safe="")))
        if isinstance(answer, Receipt):
            return answer
        if not answer.is_good:
            refused = answer.status in _REFUSED
            return Receipt(answer="rejected" if refused else "in doubt", detail=f"the search answered {answer.status}")
        found = _at(_document(answer), self.found_in)
        if not isinstance(found, list):
            return Receipt(answer="rejected", detail=f"the search has no list under {self.found_in!r}")
        for one in found:
            if _at(one, self.key_at) == key:
                return Receipt(answer="ok", provider_id=str(_at(one, self.id_at) or ""), detail="was there already")
        return Receipt(answer="not sent", detail=_NONE)

    def ready(self) -> str | None:
        """Say what is missing: whether tickets can be searched. Opens none."""
        found = self.look_up(_NOBODYS_KEY)
        return None if found.detail == _NONE else found.detail

    def _asked(self, method: Any, url: str, content: bytes | None = None) -> Answer | Receipt:
        target = target_of(url, self.hosts, self.inside)
        if isinstance(target, Receipt):
            return target
        secret = {name: value.get_secret_value() for name, value in self.headers.items()}
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if content else {}), **secret}
        return ask(Request(method, target, headers, content, self.timeout_seconds))


_NAMES = re.compile(r"\{(key|subject|body|person|play|variant|language|address)\}")
_NONE = "there is no ticket with this key"
_REFUSED = (400, 401, 403, 404, 405, 410, 422)


def _filled(fields: Mapping[str, JsonValue], message: Message) -> dict[str, Any]:
    """Return the ticket with the message's words in place of their names; nothing in a word is a name again."""
    words = {
        "key": message.key, "subject": message.subject, "body": message.body, "person": message.person_id,
        "play": message.play, "variant": message.variant, "language": message.language,
        "address": message.address.get_secret_value() if message.address else "",
    }  # fmt: skip

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return _NAMES.sub(lambda found: words[found[1]], value)
        if isinstance(value, Mapping):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else value

    return {name: filled(value) for name, value in fields.items()}


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _at(document: Any, path: str) -> Any:
    """Return what stands in a document under names with dots between them; None where there is nothing."""
    for name in filter(None, path.split(".")):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document
