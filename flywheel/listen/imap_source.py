"""A mailbox: what people wrote in their mails, read over IMAP without marking, moving or deleting anything.

The cursor is the folder's UIDVALIDITY and the last UID (RFC 3501, 2.3.1.1): UIDs only grow, so nothing comes late.
When the folder was made anew it is read from its start, and known by its Message-IDs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from flywheel.domain.feedback import Cursor, Feedback, Page, SetAside
from flywheel.errors import RecordError
from flywheel.listen.imap_box import Address, Box, Message, Security
from flywheel.listen.mail import Mailed, MailRules, read_mail
from flywheel.listen.table_format import Encoding
from flywheel.ports import ProjectPath, Source

_CUT = "the end of a mail longer than max_bytes"
_ONE_BYTE_A_SIGN = "latin-1"


class ImapSource(Source):
    """A folder of a mailbox: the plain text of each mail, without quotes, signatures and attachments.

    Of a mail longer than `max_bytes` its beginning is read: text comes before attachments. `speaker: reply-to` is for
    web forms, whose mails come from your own address.
    """

    medium: str | None = "email"
    host: str
    port: int = Field(default=993, ge=1, le=65_535)
    security: Security = "tls"
    ca_file: ProjectPath | None = Field(default=None, description="Of an authority of your own, as PEM.")
    user: str
    password: SecretStr
    folder: str = "INBOX"
    speaker: Literal["from", "reply-to"] = "from"
    charset: Encoding | None = Field(default=None, description="Of mails that name none, or one that nobody knows.")
    max_bytes: int = Field(default=1_000_000, ge=1_000, le=50_000_000)
    timeout_seconds: float = Field(default=60.0, gt=0)

    @field_validator("folder")
    @classmethod
    def _in_one_line(cls, folder: str) -> str:
        if not folder or not folder.isprintable():
            raise ValueError("the name of a folder is one line of printable signs")
        return folder

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield the mails after the cursor; raises TransientError, PermanentError."""
        state: dict[str, Any] = since.value if since is not None and isinstance(since.value, dict) else {}
        address = Address(self.id, self.host, self.port, self.security, self.ca_file, self.timeout_seconds)
        with Box(address, self.user, self.password.get_secret_value()) as box:
            validity, count = box.open(self.folder)
            anew = bool(state) and state.get("validity") != validity
            last = 0 if anew else int(state.get("uid", 0))
            notices = (f"Source {self.id!r}: its folder was made anew, and is read from its start.",) if anew else ()
            for messages in box.after(last, count, self.max_bytes):
                yield self._page(messages, validity, notices)

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a mail says that was set aside."""
        return [read_mail(Mailed(raw.encode(_ONE_BYTE_A_SIGN), None), self._rules, "replayed")]

    @property
    def _rules(self) -> MailRules:
        return MailRules(self.charset, self.speaker)

    def _page(self, messages: list[Message], validity: int, notices: tuple[str, ...]) -> Page[Feedback]:
        rows: list[Feedback] = []
        refused: list[SetAside] = []
        for one in messages:
            position = f"{self.folder}, uid {one.uid}"
            if one.mail is None:
                refused.append(SetAside(position=position, reason="a mail that its server does not give"))
                continue
            try:
                rows.append(read_mail(one.mail, self._rules, position))
            except RecordError as error:
                raw = one.mail.raw.decode(_ONE_BYTE_A_SIGN)
                refused.append(SetAside(position=position, reason=str(error), raw=raw))
        cut = sum(one.cut for one in messages)
        cursor = Cursor(value={"validity": validity, "uid": messages[-1].uid})
        return Page(rows, cursor, refused, {_CUT: cut} if cut else {}, notices)
