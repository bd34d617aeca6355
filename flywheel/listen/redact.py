"""Structured personal data taken out of texts before they are stored.

E-mail addresses, phone numbers, payment cards, IBANs, three national ids (US SSN, UK NINO, PL PESEL), other people's
handles, and what a project's own patterns find. Linear-time patterns only: every repetition is bounded. Ticket, claim,
order and flight numbers stay: Act needs them. Names and addresses in free text are not reliably found by any pattern,
and nobody should think they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from string import digits
from typing import Any

from flywheel.domain.redaction import Redaction
from flywheel.listen.numbers_of_people import LEAST_DIGITS, without_nino, without_numbers

_DOMAIN = r"(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_EMAIL = re.compile(rf"[\w.%+\-]{{1,64}}@{_DOMAIN}")
# A pattern that begins with one sign is searched for several times faster than one that begins with a look behind.
_SIGN_OF_EMAIL = re.compile(rf"@(?<=[\w.%+\-]@){_DOMAIN}")
_SOMEBODY = "someone"
"""What stands for another person's handle: still a handle, so that the words around it are read as before."""
_BREAK = "\x1e"
_NO_DIGITS = bytes(set(range(256)) - set(f"{digits}{_BREAK}".encode()))
_DIGITS_OF_A_NINO = 6
_FEW_HANDLES = 64

_PLAIN = Redaction(handles=False)


def redact(texts: list[str], rules: Redaction = _PLAIN, brands: Iterable[str | None] = ()) -> list[str]:
    """Return the texts with personal data replaced by its kind in brackets, a handle by `@someone`.

    `brands` are those that the texts may be about: a handle that is the name of one stays.
    """
    handles = _handles(rules.own_handles, frozenset(brands)) if rules.handles else None
    redacted = list(texts)
    for at, (text, count) in enumerate(zip(texts, _digits(texts), strict=True)):
        if count >= _DIGITS_OF_A_NINO or "@" in text:
            redacted[at] = _redacted(text, count, handles)
    for name, pattern in rules.patterns.items():
        redacted = list(map(_finder(name, pattern), redacted))
    return redacted


def _digits(texts: list[str]) -> list[int]:
    """Return how many digits each text has, counted in all texts at once: most have few, and are done with."""
    whole = _BREAK.join(texts).encode("utf-8", "surrogatepass")
    counts = list(map(len, whole.translate(None, _NO_DIGITS).split(_BREAK.encode())))
    return counts if len(counts) == len(texts) else [sum(map(text.count, digits)) for text in texts]


def _redacted(text: str, count: int, handles: _Handles | None) -> str:
    if "@" in text:
        if _SIGN_OF_EMAIL.search(text):
            text = _EMAIL.sub("[e-mail]", text)
            count = sum(map(text.count, digits))
        if handles is not None:
            text = handles.without_others(text)
    if count >= _DIGITS_OF_A_NINO:
        text = without_nino(text)
    return without_numbers(text) if count >= LEAST_DIGITS else text


class _Handles:
    """Handles in texts; those of brands are told from others."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        # What stays is mostly the handle of the brand that is spoken to: the pattern itself passes by a few of these.
        known = "|".join(sorted(map(re.escape, own))) if len(own) <= _FEW_HANDLES else "(?!)"
        self._pattern = re.compile(
            rf"@(?<![\w.]@)(?!(?:{known})(?![\w.\-]))(\w{{1,40}})((?:[.\-]\w{{1,40}}){{0,3}})(?![\w@(])", re.IGNORECASE
        )

    def without_others(self, text: str) -> str:
        return self._pattern.sub(self._told, text)

    def _told(self, match: re.Match[str]) -> str:
        """Keep the handle of a brand, also where a sentence follows it without a space ("@acme.Thanks")."""
        kept = match[1].lower() in self._own and match[2][:1] in ("", ".")
        return match.group() if kept else f"@{_SOMEBODY}"


@lru_cache(maxsize=64)
def _handles(handles: tuple[str, ...], brands: frozenset[str | None]) -> _Handles:
    named = ("".join(filter(str.isalnum, name)) for name in brands if name)
    return _Handles(frozenset(one.lstrip("@").lower() for one in (*handles, *named, _SOMEBODY) if one))


@lru_cache(maxsize=64)
def _finder(name: str, pattern: str) -> Callable[[str], str]:
    import re2

    compiled: Any = re2.compile(pattern)
    return lambda text: str(compiled.sub(f"[{name}]", text))
