"""A channel over Apprise: chat rooms, text messages and a hundred other services, each named by one URL."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from pydantic import SecretStr, model_validator

from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel

if TYPE_CHECKING:
    from apprise import Apprise

_ADDRESS = "{address}"
_PLAIN = re.compile(r"[A-Za-z0-9+@_-]+(\.[A-Za-z0-9+@_-]+)*")
"""Addresses that are one part of a URL; Apprise undoes what is quoted, so a comma or a slash would be another one."""


class NotifyChannel(Channel):
    """Hands each message to the service that `url` names (https://github.com/caronc/apprise/wiki lists them).

    `{address}` in it stands for the person's address; without it all messages go to one place, as to a team's room.
    Apprise says only whether it went well, so what did not is in doubt, and a person looks: it is never sent again by
    itself.
    """

    honours_keys: ClassVar[bool] = False

    url: SecretStr
    needs_address: bool = False

    @model_validator(mode="after")
    def _says_whether_it_needs_an_address(self) -> NotifyChannel:
        if self.needs_address != (_ADDRESS in self.url.get_secret_value()):
            raise ValueError("`needs_address: true` and `{address}` in the url belong together")
        return self

    def send(self, message: Message) -> Receipt:
        """Make one attempt; an address is never more than one part of the URL."""
        given = message.address.get_secret_value().replace(" ", "") if message.address else ""
        if self.needs_address and not _PLAIN.fullmatch(given):
            return Receipt(answer="rejected", detail="the person's address is missing, or is not one plain address")
        service = self._service(given)
        if service is None:
            return Receipt(answer="rejected", detail="Apprise knows no such service, or the address does not fit it")
        title, body = (text.encode("utf-8", "replace").decode() for text in (message.subject, message.body))
        try:
            went_well = service.notify(title=" ".join(title.split()), body=body, body_format="text")
        except Exception as error:  # noqa: BLE001 - a hundred services: what theirs raise after the call began is a doubt
            return Receipt(answer="in doubt", detail=f"the service failed ({type(error).__name__})")
        if went_well:
            return Receipt(answer="ok", provider_id="Apprise", detail="Apprise says that it went well")
        return Receipt(answer="in doubt", detail="Apprise says only that it did not go well")

    def ready(self) -> str | None:
        """Say what is missing: whether Apprise is installed and knows the service. Nothing is sent."""
        try:
            known = self._service("nobody")
        except ImportError:
            return "Apprise is not installed: pip install 'flywheel-cx[notify]'"
        return None if known is not None else "Apprise knows no service of such a URL, or it is not complete"

    def _service(self, address: str) -> Apprise | None:
        from apprise import Apprise, AppriseAsset

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would log addresses and the URL's secrets
        service = Apprise(asset=AppriseAsset(app_id="Flywheel", interpret_escapes=False, secure_logging=True))
        added = service.add(self.url.get_secret_value().replace(_ADDRESS, quote(address, safe="")))
        return service if added else None
