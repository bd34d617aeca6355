"""What the cells of a column say: numbers as people write them, yes or no in the languages we read, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import numpy as np

CellKind = Literal["empty", "word", "number", "unreadable"]

SAYS_NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "?", "-", "unknown"})
"""How tables say that nothing is known."""
YES = frozenset({"true", "t", "yes", "y", "on", "tak", "prawda", "ja", "wahr", "oui", "vrai", "sí", "si", "sì", "sim"})
NO = frozenset({"false", "f", "no", "n", "off", "nie", "fałsz", "nein", "falsch", "non", "faux", "não", "nao"})

_LARGEST = 1e100
"""A larger number is a slip, and its square would be no number any more."""
_MOSTLY = 0.95
_MONEY = re.compile(r"^(?:[$€£¥]|(?:USD|EUR|GBP|PLN|CHF) ?)|(?:[$€£¥%]| ?(?:USD|EUR|GBP|PLN|CHF|zł))$")
_MINUS = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})
_PARTED = {sign: re.compile(rf"[-+]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in ",. '"}
"""Threes of digits with this sign between them."""


class Read(NamedTuple):
    """What one cell says; a word's value is 1 for yes and 0 for no, nan is no value."""

    kind: CellKind
    value: float


def read_cells(cells: Iterable[str], *, comma_is_decimal: bool = False) -> Mapping[str, Read]:
    """Return what each different cell of a column says; the column together tells whether 1,234 is a thousand.

    `comma_is_decimal` decides only where the column does not: every comma has three digits after it, and no point.
    """
    distinct = set(cells)
    plain = _plain(distinct)
    if plain is not None:
        return plain
    words = {cell: " ".join(cell.translate(_MINUS).split()) for cell in distinct}
    bare = {cell: _bare(word) for cell, word in words.items()}
    digits = [one for one in bare.values() if any(map(str.isdigit, one))]
    thousands, decimal = _signs(digits, comma_is_decimal=comma_is_decimal)
    return {cell: _read(words[cell].casefold(), bare[cell], thousands, decimal) for cell in words}


def compared(word: str) -> str | float:
    """Return a word as it is compared with others: 1 and 1.0 are the same, Yes and yes too."""
    try:
        value = float(word)
    except ValueError:
        return word.casefold()
    return word.casefold() if np.isnan(value) else value


def _plain(distinct: set[str]) -> Mapping[str, Read] | None:
    """Return what cells say that are all empty or numbers as computers write them: most columns, and much faster."""
    try:
        values = {cell: float(cell) for cell in distinct if cell.strip()}
    except ValueError:
        return None
    empty = {cell: Read("empty", np.nan) for cell in distinct if not cell.strip()}
    return {cell: _number(cell, value) for cell, value in values.items()} | empty


def _number(cell: str, value: float) -> Read:
    return Read("number", value) if abs(value) < _LARGEST and "_" not in cell else Read("unreadable", np.nan)


def _read(word: str, bare: str, thousands: str, decimal: str) -> Read:
    if not word:
        return Read("empty", np.nan)
    if word in YES or word in NO:
        return Read("word", float(word in YES))
    whole, point, rest = bare.partition(decimal)
    for sign in (thousands, " ", "'"):
        if sign and _PARTED[sign].fullmatch(whole):
            whole = whole.replace(sign, "")
    try:
        value = float(f"{whole}.{rest}" if point else whole)
    except ValueError:
        return Read("unreadable", np.nan)
    return _number(bare, value)


def _bare(word: str) -> str:
    """Return a number without the signs of money and per cent around it; (5) is how accountants write -5."""
    plain = word.lstrip("-+")
    sign = word[: len(word) - len(plain)]
    if plain.startswith("(") and plain.endswith(")") and not sign:
        plain, sign = plain[1:-1], "-"
    for _ in range(2):
        plain = _MONEY.sub("", plain).strip()
    return f"{sign}{plain}" if plain[:1].isdigit() or plain[:1] in ".,-" else word


def _signs(numbers: list[str], *, comma_is_decimal: bool) -> tuple[str, str]:
    """Return the sign between thousands (or none) and that before decimals."""
    both = [one for one in numbers if "," in one and "." in one]
    if both:
        last = sum(one.rfind(",") > one.rfind(".") for one in both)
        return (".", ",") if 2 * last > len(both) else (",", ".")
    commas = [one for one in numbers if "," in one]
    if not commas:
        dots = [one for one in numbers if one.count(".") > 1]
        return (".", ",") if dots and all(_PARTED["."].fullmatch(one) for one in dots) else ("", ".")
    if any(one.count(",") > 1 for one in commas):
        return ",", "."
    threes = sum(1 for one in commas if _PARTED[","].fullmatch(one))
    if threes >= _MOSTLY * len(commas) and not comma_is_decimal:
        return ",", "."
    dots = [one for one in numbers if "." in one]
    return ("." if all(_PARTED["."].fullmatch(one) for one in dots) else ""), ","
