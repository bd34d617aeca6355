"""Is it quiet because nothing happened, or because something broke? What a source gave before says what to expect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_TURNS = 4
"""Fewer turns after the first (which brings the past) say nothing about what is usual."""
_FEW = 8.0
"""Below this there may be none by chance: of 8 expected, none come once in 3,000 times (Poisson)."""
_SHARE = 0.1
"""Under this share of what was to be expected it is quiet."""
_SECOND = timedelta(seconds=1)

Turn = tuple[int, datetime]
"""How much that was new a source gave in a turn, and when."""


def missing(past: Sequence[Turn], new: int, now: datetime) -> float | None:
    """Return how much was to be expected of a source that is suspiciously quiet now, None when it is as usual.

    A source that has been as quiet for as long before (at weekends, say) is not suspicious.
    """
    usual = list(past[1:])
    silence = 1
    while usual and usual[-1][0] == 0:
        usual.pop()
        silence += 1
    if len(usual) < _TURNS:
        return None
    last = usual[-1][1]
    span = max(last - past[0][1], _SECOND)
    expected = sum(rows for rows, _ in usual) * ((now - last) / span)
    if expected < _FEW or new > _SHARE * expected:
        return None
    return None if _longest_silence(usual) >= silence and new == 0 else expected


def _longest_silence(turns: Sequence[Turn]) -> int:
    longest = run = 0
    for rows, _ in turns:
        run = 0 if rows else run + 1
        longest = max(longest, run)
    return longest
