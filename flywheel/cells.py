"""Cells that a spreadsheet takes for what they are: no text of a customer becomes a formula (CWE-1236)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\u180e"
"""What a spreadsheet may skip at the beginning of a cell besides blanks: BOM, zero-width signs, soft hyphen."""

_FORMULA = frozenset("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b")
"""First signs that start a formula or break out of a cell, with their full-width and small forms."""


_BLANKS = (
    " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_SKIPPED = _INVISIBLE + _BLANKS
_SKIPPED_BUT_BREAKING = _INVISIBLE + "".join(sign for sign in _BLANKS if sign not in _FORMULA)


def guarded(value: Any) -> Any:
    """Return a cell for a CSV file: numbers as numbers, None as nothing, text that cannot be taken for a formula."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if _is_dangerous(text) else text


def guarded_row(row: Sequence[Any]) -> list[Any]:
    """Return a row of guarded cells."""
    return [guarded(value) for value in row]


def _is_dangerous(text: str) -> bool:
    first = {text[:1], text.lstrip(_SKIPPED_BUT_BREAKING)[:1], text.lstrip(_SKIPPED)[:1]}
    return not first.isdisjoint(_FORMULA)
