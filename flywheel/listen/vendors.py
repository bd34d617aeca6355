"""Ready declarations of well-known APIs; each is tested against the shape that its vendor publishes, not the service.

A declaration is a RestSource in YAML (`declared/*.yaml`), in which `{name}` stands for a setting of its class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.listen.http_pages import Patience
from flywheel.listen.rest_shape import ScorePath
from flywheel.listen.rest_source import RestSource
from flywheel.ports import Source

_SHARED = ("id", "brand", "voice", "medium", "touchpoint", "language", "redact", "patience")


class Declared(Source):
    """A source of which only the account is missing; `scores` replaces those of the declaration."""

    overlaps: ClassVar[bool] = True
    declaration: ClassVar[str]

    medium: str | None = None
    scores: tuple[ScorePath, ...] | None = None
    patience: Patience = Patience()
    base_url: str | None = Field(default=None, description="Another address than the vendor's own, without a path.")

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield what is new; see RestSource."""
        yield from self.rest().fetch(since)

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a record says that was set aside."""
        return self.rest().parse(raw)

    def rest(self) -> RestSource:
        """Return the declaration with the settings of this account."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name not in _SHARED}
        words = {name: _plain(value) for name, value in given.items() if isinstance(value, str | SecretStr | int)}
        declared = _filled(_declaration(self.declaration), words | {"base_url": (self.base_url or "").rstrip("/")})
        base = declared.pop("base_url")
        declared["url"] = f"{(self.base_url or base).rstrip('/')}{declared['url']}"
        if self.scores is not None:
            declared["shape"]["scores"] = [one.model_dump() for one in self.scores]
        shared = {name: getattr(self, name) for name in _SHARED}
        shared["medium"] = self.medium or declared.pop("medium", None)
        declared.pop("medium", None)
        return RestSource.model_validate(declared | shared)


class Zendesk(Declared):
    """Tickets from Zendesk's incremental export; the cursor is Zendesk's own. Wants an administrator's API token."""

    declaration = "zendesk"
    subdomain: str
    email: str
    token: SecretStr


class Intercom(Declared):
    """Conversations from Intercom, with their ratings."""

    declaration = "intercom"
    token: SecretStr


class Freshdesk(Declared):
    """Tickets from Freshdesk."""

    declaration = "freshdesk"
    subdomain: str
    token: SecretStr


class Typeform(Declared):
    """Answers to one form; say in `scores` which answers are scores: `answers[field.ref=nps].number`."""

    declaration = "typeform"
    form: str
    token: SecretStr


class Formbricks(Declared):
    """Answers to one survey of Formbricks, in its cloud or your own."""

    declaration = "formbricks"
    survey: str
    token: SecretStr


class Chatwoot(Declared):
    """Answers to the satisfaction survey of Chatwoot, with what people wrote beside their rating."""

    declaration = "chatwoot"
    account: int
    token: SecretStr


class Discourse(Declared):
    """Posts of a community on Discourse; say where it is in `base_url`."""

    declaration = "discourse"
    user: str = "system"
    token: SecretStr


class Trustpilot(Declared):
    """Reviews of one business unit on Trustpilot; the token is a business user's OAuth token."""

    declaration = "trustpilot"
    business_unit: str
    token: SecretStr


@cache
def _declaration(name: str) -> Any:
    from ruamel.yaml import YAML

    text = files("flywheel.listen").joinpath("declared", f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe").load(text)


def _plain(value: str | SecretStr | int) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace("{" + name + "}", word)
    return value
