"""Ids that follow from content: doing a thing twice gives the same id, so it is done once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

NAMESPACE = uuid.UUID("6f1f3c0e-7a43-5a55-9d0e-f1c7ee1f1c7e")
_SEPARATOR = "\x1f"
_HMAC_BLOCK = 64


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


def pseudonyms(key: bytes) -> Callable[[str], str]:
    """Return what makes the 32-hex-digit pseudonym of a source's own person id: HMAC-SHA256, cut to 128 bits.

    The state of the hash after the key (RFC 2104: its two padded blocks) is kept, which is where `hmac` spends its
    time.
    """
    block = key if len(key) <= _HMAC_BLOCK else hashlib.sha256(key).digest()
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block.ljust(_HMAC_BLOCK, b"\0")))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block.ljust(_HMAC_BLOCK, b"\0")))

    def made(person: str) -> str:
        inside, outside = inner.copy(), outer.copy()
        inside.update(person.encode("utf-8", "surrogatepass"))
        outside.update(inside.digest())
        return outside.hexdigest()[:32]

    return made


def pseudonym(key: bytes, person: str) -> str:
    """Return one pseudonym as `pseudonyms` makes it."""
    return pseudonyms(key)(person)


def _uuid5(digest: bytes) -> str:
    """Return the first 16 bytes as hex digits; RFC 9562, section 5.5: four bits say version 5, two say variant 10."""
    raw = bytearray(digest[:16])
    raw[6] = raw[6] & 0x0F | 0x50
    raw[8] = raw[8] & 0x3F | 0x80
    return raw.hex()
