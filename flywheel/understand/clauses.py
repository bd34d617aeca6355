"""The clause around each mention, by which it is judged: "good crew, but my bag was lost"."""

from __future__ import annotations

import re
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.topics import Found

_REACH = 400
"""Characters on each side of a mention in which its clause ends, whatever is said."""

_STOPS = ".!?;\n"
_IS_STOP = np.isin(np.arange(256), [ord(stop) for stop in _STOPS if stop != "?"])
_CLAUSE_END = re.compile(rf"[{_STOPS}]+|, (?:but|ale|lecz|yet|though|however)\b|\b(?:but|ale|lecz) ")


def clauses(own: list[str], found: Found) -> list[str]:
    """Return the clause of each mention; what ends at a full stop or the like is found for all texts at once."""
    turns = {row: _turns(own[row]) for row in dict.fromkeys(found.row)}
    plain = _between_stops([own[row] for row in turns], _placed(found, list(turns)))
    mentions = zip(found.row, found.start, found.end, plain, strict=True)
    return list(
        starmap(lambda row, start, end, part: _clause(own[row], start, end) if turns[row] else own[row][part], mentions)
    )


def _placed(found: Found, rows: list[int]) -> tuple[Index, Index, Index]:
    """Return of each mention which of the rows it stands in, its start and its end there."""
    place = {row: number for number, row in enumerate(rows)}
    row = np.fromiter(map(place.__getitem__, found.row), np.int64, len(found.row))
    return row, np.array(found.start, np.int64), np.array(found.end, np.int64)


def _between_stops(texts: list[str], mentions: tuple[Index, Index, Index]) -> list[slice]:
    """Return the part of its text between the stop before each mention and the stops behind it, which belong to it."""
    row, start, end = mentions
    begins = np.cumsum([0, *map(len, texts)])
    begin, limit = begins[row], np.minimum(begins[row + 1], begins[row] + end + _REACH)
    codes = _one_byte_each("".join(texts))
    stops = np.flatnonzero(_IS_STOP[codes])
    before = np.concatenate(([-1], stops))[np.searchsorted(stops, begin + start)]
    lasts = np.append(stops[np.append(np.diff(stops) != 1, True)] if len(stops) else stops, len(codes))
    left = np.maximum(before + 1, np.maximum(begin, begin + start - _REACH))
    right = np.minimum(lasts[np.searchsorted(lasts, _first(stops, begin + end, len(codes)))] + 1, limit)
    return list(map(slice, (left - begin).tolist(), (right - begin).tolist()))


def _one_byte_each(text: str) -> NDArray[np.uint8]:
    """Return a byte per character, in which stops are found fast; "?" is as good as "!", and then no other has one."""
    return np.frombuffer(text.replace("?", "!").encode("latin-1", "replace"), np.uint8)


def _first(stops: Index, places: Index, nowhere: int) -> Index:
    return np.asarray(np.append(stops, nowhere)[np.searchsorted(stops, places)])


def _turns(text: str) -> bool:
    """Return whether a word of contrast may end a clause: such texts are looked at one by one."""
    if "but " in text or "ale " in text or "lecz " in text:
        return True
    return ", " in text and any(word in text for word in (", but", ", ale", ", lecz", ", yet", ", though", ", however"))


def _clause(text: str, start: int, end: int) -> str:
    left = max((match.end() for match in _CLAUSE_END.finditer(text, max(0, start - _REACH), start)), default=0)
    right = _CLAUSE_END.search(text, end, end + _REACH)
    return text[max(left, start - _REACH) : right.end() if right else end + _REACH]
