"""A mail as feedback: its text part in its own charset, who sent it when; what cannot be used says why."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from flywheel.domain.feedback import Feedback
from flywheel.errors import RecordError
from flywheel.listen.html_text import html_text
from flywheel.listen.mail_words import own_words

_ALSO_CALLED = {
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6", "cp-850": "cp850",
    "windows-874": "cp874", "x-sjis": "shift_jis", "ks_c_5601-1987": "cp949", "x-gbk": "gbk",
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8", "x-mac-roman": "mac-roman",
}  # fmt: skip
"""Names of charsets in mails that Python does not know; what calls itself ASCII is often UTF-8, which holds it."""
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape"))
"""Codecs of Python's own; the others that are no charsets it knows as such."""
_ANSWER = re.compile(r"\s*(?:re|aw|odp|sv|antw|ref|rif|res|fwd?|wg|tr|pd|enc|rv)(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
_REPORTS = ("multipart/report", "message/delivery-status")
_LONGEST_HEADER = 10_000
_AHEAD = timedelta(days=1)
_MOST_PARTS = 200
_MOST_NESTED = 30
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, RecursionError, HeaderParseError)
"""What the library's parser raises on mails that nobody should have sent."""


class Mailed(NamedTuple):
    """A mail as a server keeps it: its bytes (perhaps only its beginning), and when the server got it."""

    raw: bytes
    came_at: datetime | None


class MailRules(NamedTuple):
    """How mails are read: the charset of those that name none, and whose address says who speaks."""

    charset: str | None
    speaker: Literal["from", "reply-to"]


def read_mail(mail: Mailed, rules: MailRules, position: str) -> Feedback:
    """Return what a mail says in its sender's own words; raises RecordError with the reason why it says nothing."""
    try:
        return _read(mail, rules, position)
    except RecordError:
        raise
    except _BROKEN as error:
        raise RecordError("a mail that cannot be read") from error


def _read(mail: Mailed, rules: MailRules, position: str) -> Feedback:
    message = BytesParser(policy=compat32).parsebytes(mail.raw)
    if _is_automatic(message):
        raise RecordError("an automatic answer")
    words = own_words("\n".join(_texts(message, rules.charset)))
    subject = _header(message, "Subject")
    is_answer = _ANSWER.match(subject) is not None or "In-Reply-To" in message
    parts = [words.text] if is_answer else [subject, words.text]
    text = "\n".join(part for part in parts if part)
    if not text.strip():
        raise RecordError("nothing but quoted or forwarded text" if words.quoted else "no text")
    return Feedback(
        text=text, external_id=_own_id(message, mail.raw), person=_speaker(message, rules.speaker) or None,
        said_at=_said_at(message, mail.came_at), attributes={"quoted": "left out"} if words.quoted else {},
        position=position,
    )  # fmt: skip


def _is_automatic(message: Message) -> bool:
    """Return whether a machine answered (RFC 3834, 5); what a machine sends of itself may be somebody's web form."""
    answers = str(message.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied")
    return answers or "X-Autoreply" in message or message.get_content_type() in _REPORTS


def _texts(message: Message, charset: str | None, depth: int = 0) -> list[str]:
    """Return the texts of a mail in their order; of alternatives the plain one; no attachments, no mails within."""
    if depth > _MOST_NESTED:
        raise RecordError("a mail that cannot be read")
    if not message.is_multipart():
        return _leaf(message, charset)
    if message.get_content_maintype() == "message":
        return []
    inside: Any = message.get_payload()
    children = [one for one in inside[:_MOST_PARTS] if isinstance(one, Message)]
    found = [_texts(one, charset, depth + 1) for one in children]
    if message.get_content_subtype() != "alternative":
        return [text for texts in found for text in texts]
    said = [(one.get_content_type() != "text/plain", texts) for one, texts in zip(children, found, strict=True)]
    usable = [(html, texts) for html, texts in said if "".join(texts).strip()]
    return min(usable, key=lambda one: one[0])[1] if usable else []


def _leaf(part: Message, charset: str | None) -> list[str]:
    kind = part.get_content_type()
    if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment" or part.get_filename():
        return []
    payload = part.get_payload(decode=True)
    text = _decoded(payload if isinstance(payload, bytes) else b"", _charset_of(part), charset)
    if kind == "text/html":
        return [html_text(text)]
    return [_reflowed(text, part) if part.get_param("format") == "flowed" else text]


def _charset_of(part: Message) -> str | None:
    name = part.get_content_charset()
    return None if name is None else _ALSO_CALLED.get(name.lower(), name.lower())


def _decoded(payload: bytes, named: str | None, otherwise: str | None) -> str:
    """Return the text of some bytes; those few that a known charset does not know become U+FFFD."""
    if named is not None and _is_charset(named):
        return payload.decode(named, "replace")
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        if otherwise is None:
            raise RecordError("a charset that is not known, or not said: set `charset`") from None
        return payload.decode(otherwise, "replace")


def _is_charset(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return codecs.lookup(name).name.replace("-", "_") not in _NO_CHARSETS


def _reflowed(text: str, part: Message) -> str:
    """Join the soft breaks of `format=flowed` (RFC 3676, 4.1 and 4.3)."""
    drops = str(part.get_param("delsp", "no")).lower() == "yes"
    lines: list[str] = []
    open_line = False
    for line in text.splitlines():
        stuffed = line.removeprefix(" ")
        quoted = stuffed.startswith(">")
        if open_line and not quoted and stuffed.rstrip() != "--":
            lines[-1] += stuffed
        else:
            lines.append(stuffed)
        open_line = stuffed.endswith(" ") and stuffed != "-- " and not quoted
        if open_line and drops:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _header(message: Message, name: str) -> str:
    """Return a header in one line, its encoded words (RFC 2047) decoded as far as they can be."""
    written = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        parts = decode_header(written)
    except (HeaderParseError, ValueError):
        return " ".join(written.split())
    texts = [
        one if isinstance(one, str) else one.decode(charset if charset and _is_charset(charset) else "utf-8", "replace")
        for one, charset in parts
    ]
    return " ".join("".join(texts).split())


def _speaker(message: Message, header: Literal["from", "reply-to"]) -> str:
    names = ("Reply-To", "From") if header == "reply-to" else ("From",)
    for name in names:
        for _, address in getaddresses([str(message.get(name, ""))[:_LONGEST_HEADER]]):
            if "@" in address:
                return address.strip().lower()
    return ""


def _own_id(message: Message, raw: bytes) -> str:
    """Return the Message-ID, or what follows from the mail's own bytes (its Received lines are nobody else's)."""
    given = " ".join(str(message.get("Message-ID", "")).split()).strip("<>")
    return given or f"sha256:{sha256(raw).hexdigest()}"


def _said_at(message: Message, came_at: datetime | None) -> datetime | None:
    """Return when it was sent; when it came, if the mail says nothing that can be read, or a day that is to come."""
    try:
        sent = parsedate_to_datetime(str(message.get("Date", "")))
        sent = (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return came_at
    return came_at if came_at is not None and sent > came_at + _AHEAD else sent
