"""A channel that sends e-mail: one message to one address, with a way out of further ones in every one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel

_GO_AHEAD, _TAKEN, _FOR_NOW, _FOR_GOOD, _NONSENSE = 354, 250, 400, 500, 600
_SPECIAL = frozenset(' \t\r\n\v\f\0"(),:;<>[\\]')
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254


class EmailChannel(Channel):
    """Sends each message by SMTP. A mail server knows no keys, so what is in doubt is never sent again by itself.

    `unsubscribe` is an https address that takes `?key=`: every message carries it as List-Unsubscribe with one click
    (RFC 8058), beside the `postal_address` that stands under each text.
    """

    honours_keys: ClassVar[bool] = False

    host: str
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str | None = Field(default=None, description="A certificate authority of one's own, in PEM.")
    user: str | None = None
    password: SecretStr = SecretStr("")
    sender: str
    sender_name: str = ""
    domain: str = Field(pattern=r"^[A-Za-z0-9.-]+$", description="What follows the @ in our Message-IDs.")
    unsubscribe: str = Field(pattern=r"^https://[^\s<>?#]+$")
    postal_address: str = Field(min_length=10)
    timeout_seconds: float = Field(default=15.0, gt=0, le=120)

    @field_validator("sender")
    @classmethod
    def _is_one_address(cls, sender: str) -> str:
        if not is_one_address(sender):
            raise ValueError("the sender is one address, as in help@example.org")
        return sender

    def send(self, message: Message) -> Receipt:
        """Make one attempt; what the server says after the last dot decides, and no word after it is a doubt."""
        to = message.address.get_secret_value() if message.address else ""
        if not is_one_address(to):
            return Receipt(answer="rejected", detail="the person's address is not one plain e-mail address")
        try:
            content = self._written(message, to)
        except (ValueError, UnicodeError, LookupError) as error:
            return Receipt(answer="rejected", detail=f"no mail can be made of it ({type(error).__name__})")
        try:
            with self._connected() as server:
                return self._handed_over(server, to, content)
        except (smtplib.SMTPException, OSError) as error:  # before the message itself was on its way
            return _refused(error)

    def ready(self) -> str | None:
        """Say what is missing: whether the server lets us in. Nothing is sent."""
        try:
            with self._connected() as server:
                code, _ = server.noop()
        except (smtplib.SMTPException, OSError) as error:
            return f"the mail server does not let us in ({type(error).__name__})"
        return None if code == _TAKEN else f"the mail server answers {code}"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._opened()
        try:
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):  # how we part changes nothing about the message
                server.quit()
            server.close()

    def _opened(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context, local_hostname=self.domain
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds, local_hostname=self.domain)
        if self.security == "starttls":
            server.starttls(context=context)
        if self.user is not None:
            server.login(self.user, self.password.get_secret_value())
        return server

    def _handed_over(self, server: smtplib.SMTP, to: str, content: bytes) -> Receipt:
        server.ehlo_or_helo_if_needed()
        for code, said in (server.mail(self.sender), server.rcpt(to), server.docmd("DATA")):
            if code not in (_TAKEN, _TAKEN + 1, _GO_AHEAD):
                raise smtplib.SMTPResponseException(code, said)
        try:
            server.send(content + b".\r\n")  # from here on it may have been taken, whatever happens
            code, said = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return Receipt(answer="in doubt", detail=f"no word after the message ({type(error).__name__})")
        if code == _TAKEN:
            return Receipt(answer="ok", provider_id=f"SMTP {code}", detail=f"answered {code}")
        if not _FOR_NOW <= code < _NONSENSE:  # no mail server says this: it may have taken the message
            return Receipt(answer="in doubt", detail="no word that can be understood after the message")
        return _refused(smtplib.SMTPResponseException(code, said))

    def _written(self, message: Message, to: str) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["Message-ID"] = f"<{message.key}@{self.domain}>"
        mail["Date"] = format_datetime(message.leaves_at)
        mail["From"] = formataddr((self.sender_name, self.sender))
        mail["To"] = to
        mail["Subject"] = " ".join(_sound(message.subject).split())
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<{self.unsubscribe}?key={message.key}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(f"{_sound(message.body)}\n\n--\n{self.postal_address}\n{self.unsubscribe}?key={message.key}\n")
        mail["Content-Language"] = message.language  # after the content, which brings its own Content-* headers
        return _dotted(mail.as_bytes())


def is_one_address(text: str) -> bool:
    """Return whether a text is exactly one plain address (RFC 5321 without quoted or commented forms)."""
    local, at, domain = text.rpartition("@")
    plain = bool(at) and not set(text) & _SPECIAL and text.isprintable() and text.isascii() and "@" not in local
    labels = domain.split(".")
    named = len(labels) > 1 and all(label and label.strip("-") == label for label in labels)
    return plain and named and 0 < len(local) <= _LONGEST_LOCAL and len(text) <= _LONGEST_ADDRESS


def _sound(text: str) -> str:
    """Return what any encoding can hold, and no control that would act on a header or a terminal."""
    return "".join(
        one if one in "\n\t" or one.isprintable() else " " for one in text.encode("utf-8", "replace").decode()
    )


def _dotted(content: bytes) -> bytes:
    """Return a message with its leading dots doubled, ended by a line's end (RFC 5321, 4.5.2)."""
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def _refused(error: smtplib.SMTPException | OSError) -> Receipt:
    """Return what a refusal before or after the message means: nothing was taken."""
    if isinstance(error, smtplib.SMTPResponseException):
        lasting = error.smtp_code >= _FOR_GOOD
        return Receipt(answer="rejected" if lasting else "not sent", detail=f"answered {error.smtp_code}")
    return Receipt(answer="not sent", detail=f"no connection ({type(error).__name__})")
