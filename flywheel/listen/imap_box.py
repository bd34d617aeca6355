"""One folder of an IMAP server, opened to be read only: what came after a UID, in order, in pages of bounded size."""

from __future__ import annotations

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from flywheel.errors import PermanentError, TransientError
from flywheel.listen.mail import Mailed

Security = Literal["tls", "starttls", "none"]

_PAGE = 50
_PAGE_BYTES = 16 * 2**20
_SIZES_AT_ONCE = 500
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_NUMBER = re.compile(rb"\s*(\d+) \(")
_CAME = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_CAME_FORMAT = "%d-%b-%Y %H:%M:%S %z"
_FOR_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]")
"""Response codes (RFC 5530) that say that it is not our credentials."""


class Address(NamedTuple):
    """Where a mailbox is; `name` is the source's, and stands in errors."""

    name: str
    host: str
    port: int
    security: Security
    ca_file: Path | None
    timeout_seconds: float


class Message(NamedTuple):
    """A message by its UID; `mail` is None where the server does not give it; `cut`: its end was left there."""

    uid: int
    mail: Mailed | None
    cut: bool


class _Size(NamedTuple):
    number: int
    uid: int
    size: int


class Box:
    """A session with a server; nothing in it marks, moves or deletes."""

    def __init__(self, address: Address, user: str, password: str) -> None:
        self._name = address.name
        try:
            self._server = _connected(address)
            with _closed_if_it_fails(self._server):
                self._log_in(user, password)
        except ssl.SSLCertVerificationError as error:
            raise PermanentError(
                f"Source {self._name!r}: the server's certificate is not trusted; its authority goes into `ca_file`."
            ) from error
        except (OSError, imaplib.IMAP4.abort, imaplib.IMAP4.error) as error:
            raise TransientError(f"Source {self._name!r} cannot be reached ({type(error).__name__}).") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            self._server.shutdown()

    def open(self, folder: str) -> tuple[int, int]:
        """Open a folder read-only (EXAMINE); return its UIDVALIDITY and how many messages are in it."""
        status, answer = self._asked(lambda: self._server.select(_quoted(folder), readonly=True))
        validity = self._server.response("UIDVALIDITY")[1]
        if status != "OK" or not validity or validity[0] is None:
            raise PermanentError(f"Source {self._name!r}: there is no folder {folder!r}, or it may not be read.")
        return int(validity[0]), int(answer[0] or 0)

    def after(self, uid: int, count: int, longest: int) -> Iterator[list[Message]]:
        """Yield pages of the messages after a UID, in order of their UIDs, each with at most `longest` bytes."""
        for start in range(self._first_after(uid, count), count + 1, _SIZES_AT_ONCE):
            sizes = self._sizes(start, min(start + _SIZES_AT_ONCE - 1, count))
            for page in _pages(sizes, longest):
                yield self._messages(page, longest)

    def _first_after(self, uid: int, count: int) -> int:
        """Return the number of the first message after a UID: numbers and UIDs grow together (RFC 3501, 2.3.1.1)."""
        low, high = 1, count + 1
        while low < high:
            middle = (low + high) // 2
            known = self._sizes(middle, middle)
            low, high = (middle + 1, high) if known and known[0].uid <= uid else (low, middle)
        return low

    def _sizes(self, first: int, last: int) -> list[_Size]:
        found: dict[int, _Size] = {}
        for head, _ in self._fetched(f"{first}:{last}", "(UID RFC822.SIZE)"):
            number, uid, size = _NUMBER.match(head), _UID.search(head), _SIZE.search(head)
            if number and uid and size:
                found[int(number[1])] = _Size(int(number[1]), int(uid[1]), int(size[1]))
        return [found[number] for number in sorted(found)]

    def _messages(self, page: list[_Size], longest: int) -> list[Message]:
        numbers = ",".join(str(one.number) for one in page)
        found: dict[int, Mailed] = {}
        for head, raw in self._fetched(numbers, f"(UID INTERNALDATE BODY.PEEK[]<0.{longest}>)"):
            uid = _UID.search(head)
            if uid and raw is not None:
                found[int(uid[1])] = Mailed(raw, _came_at(head))
        return [Message(one.uid, found.get(one.uid), cut=one.size > longest) for one in page]

    def _fetched(self, numbers: str, what: str) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what is said of each message, and its literal; what follows a literal belongs to what is before it."""
        status, answer = self._asked(lambda: self._server.fetch(numbers, what))
        if status != "OK":
            raise TransientError(f"Source {self._name!r} does not give its messages now.")
        head, raw = b"", None
        for part in answer:
            if isinstance(part, tuple):
                head, raw = part[0], part[1]
                continue
            yield head + b" " + (part or b""), raw
            head, raw = b"", None

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except (OSError, imaplib.IMAP4.abort, imaplib.IMAP4.error) as error:
            raise TransientError(f"Source {self._name!r} broke off ({type(error).__name__}).") from error

    def _log_in(self, user: str, password: str) -> None:
        try:
            if "AUTH=PLAIN" in self._server.capabilities:
                self._server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
            else:
                self._server.login(user, password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if any(code in str(error).upper() for code in _FOR_NOW):
                raise TransientError(f"Source {self._name!r} lets nobody in now.") from None
            raise PermanentError(f"Source {self._name!r} refuses our credentials: were they revoked?") from None


def _connected(address: Address) -> imaplib.IMAP4:
    if address.security == "none":
        return imaplib.IMAP4(address.host, address.port, timeout=address.timeout_seconds)
    trusted = ssl.create_default_context(cafile=None if address.ca_file is None else str(address.ca_file))
    if address.security == "tls":
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=trusted, timeout=address.timeout_seconds)
    server = imaplib.IMAP4(address.host, address.port, timeout=address.timeout_seconds)
    with _closed_if_it_fails(server):
        server.starttls(trusted)
    return server


@contextmanager
def _closed_if_it_fails(server: imaplib.IMAP4) -> Iterator[None]:
    try:
        yield
    except BaseException:
        server.shutdown()
        raise


def _pages(sizes: list[_Size], longest: int) -> Iterator[list[_Size]]:
    page: list[_Size] = []
    size = 0
    for one in sizes:
        if page and (len(page) == _PAGE or size + min(one.size, longest) > _PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(one)
        size += min(one.size, longest)
    if page:
        yield page


def _came_at(head: bytes) -> datetime | None:
    came = _CAME.search(head)
    if came is None:
        return None
    try:
        return datetime.strptime(came[1].decode("ascii", "replace").strip(), _CAME_FORMAT).astimezone(UTC)
    except ValueError:
        return None


def _quoted(folder: str) -> str:
    """Return the name of a folder as IMAP wants it: in modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    coded, waiting = [], ""
    for sign in f"{folder}\0":
        if " " <= sign <= "~" or sign == "\0":
            if waiting:
                plain = b64encode(waiting.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
                coded.append(f"&{plain}-")
                waiting = ""
            coded.append("&-" if sign == "&" else sign)
        else:
            waiting += sign
    escaped = "".join(coded).rstrip("\0").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
