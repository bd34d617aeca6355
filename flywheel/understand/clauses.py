"""The clause around each mention, by which it is judged: "good crew, but my bag was lost"."""

from __future__ import annotations

import re
from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.topics import Found

_REACH = 400
"""Characters on each side of a mention in which its clause ends, whatever is said."""

_STOPS = ".!?;\n"
_TURNS = ("but", "ale ", ", ale", "lecz", ", yet", ", though", ", however")
_IS_STOP = np.isin(np.arange(256), [ord(stop) for stop in _STOPS if stop != "?"])
_CLAUSE_END = re.compile(
    # five ways to begin with a stop rather than one: a search for given first characters is twice as fast
    "|".join(re.escape(stop) + f"[{_STOPS}]*" for stop in _STOPS)
    + r"|, (?:but|ale|lecz|yet|though|however)\b|b(?<!\wb)ut |a(?<!\wa)le |l(?<!\wl)ecz "
)


def clauses(own: list[str], found: Found) -> list[str]:
    """Return the clause of each mention; what ends at a full stop or the like is found for all texts at once."""
    joined, begins = "".join(own), np.cumsum([0, *map(len, own)])
    plain = zip(*_between_stops(joined, begins, found), strict=True)
    turning = _turning(joined, begins.tolist())
    return [
        _clause(own[row], start, end) if row in turning else joined[left:right]
        for row, start, end, (left, right) in zip(found.row, found.start, found.end, plain, strict=True)
    ]


def _between_stops(joined: str, begins: Index, found: Found) -> tuple[list[int], list[int]]:
    """Return where the clauses begin and end, in texts laid end to end, if only stops end a clause.

    The stops behind a clause belong to it.
    """
    row = np.array(found.row, np.int64)
    begin, start, end = begins[row], begins[row] + found.start, begins[row] + found.end
    stops = np.flatnonzero(_IS_STOP[_one_byte_each(joined)])
    last = np.append(np.diff(stops) != 1, True)[: len(stops)]  # of several in a row
    before = np.append(-1, stops)[np.searchsorted(stops, start)]
    behind = np.append(stops, len(joined))[np.searchsorted(stops, end)]
    lasts = np.append(stops[last], len(joined))
    left = np.maximum(before + 1, np.maximum(begin, start - _REACH))
    right = np.minimum(lasts[np.searchsorted(lasts, behind)] + 1, np.minimum(begins[row + 1], end + _REACH))
    return left.tolist(), right.tolist()


def _turning(joined: str, begins: list[int]) -> set[int]:
    """Return the texts in which a word of contrast may end a clause: they are looked at one by one."""
    turning: set[int] = set()
    for word in _TURNS:
        place = joined.find(word)
        while place >= 0:
            row = bisect_right(begins, place) - 1
            turning.add(row)
            place = joined.find(word, begins[row + 1])
    return turning


def _one_byte_each(text: str) -> NDArray[np.uint8]:
    """Return a byte per character, in which stops are found fast; "?" is as good as "!", and then no other has one."""
    return np.frombuffer(text.replace("?", "!").encode("latin-1", "replace"), np.uint8)


def _clause(text: str, start: int, end: int) -> str:
    left = max((match.end() for match in _CLAUSE_END.finditer(text, max(0, start - _REACH), start)), default=0)
    right = _CLAUSE_END.search(text, end, end + _REACH)
    return text[max(left, start - _REACH) : right.end() if right else end + _REACH]
