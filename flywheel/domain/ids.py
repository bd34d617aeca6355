"""Ids that follow from content: doing a thing twice gives the same id, so it is done once."""

from __future__ import annotations

import hashlib
import hmac
import uuid

NAMESPACE = uuid.UUID("6f1f3c0e-7a43-5a55-9d0e-f1c7ee1f1c7e")
_SEPARATOR = "\x1f"


def content_id(kind: str, *parts: str) -> str:
    """Return 32 hex digits (uuid5 of kind and parts); equal parts give equal ids on every machine."""
    text = _SEPARATOR.join((kind, *parts)).encode("utf-8", "surrogatepass")
    return _uuid5(hashlib.sha1(NAMESPACE.bytes + text, usedforsecurity=False).digest())


def content_ids(kind: str, first: str, seconds: list[str]) -> list[str]:
    """Return `content_id(kind, first, second)` for a whole column, several times faster than one by one."""
    prefix = hashlib.sha1(NAMESPACE.bytes, usedforsecurity=False)
    prefix.update(f"{kind}{_SEPARATOR}{first}{_SEPARATOR}".encode())
    ids = []
    for second in seconds:
        digest = prefix.copy()
        digest.update(second.encode("utf-8", "surrogatepass"))
        ids.append(_uuid5(digest.digest()))
    return ids


def pseudonym(key: bytes, person: str) -> str:
    """Return the 32-hex-digit pseudonym of a source's own person id: HMAC-SHA256, cut to 128 bits."""
    return hmac.new(key, person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _uuid5(digest: bytes) -> str:
    return f"{int.from_bytes(digest[:16], 'big') & _CLEAR | _VERSION_5:032x}"


# RFC 9562, section 5.5: four bits say version 5, two bits say variant 10.
_CLEAR = (1 << 128) - 1 - (0xF << 76) - (0x3 << 62)
_VERSION_5 = (0x5 << 76) | (0x2 << 62)
