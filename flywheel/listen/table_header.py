"""Which column of a file is the wanted one: by its name or by another that it has there; never by guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from flywheel.errors import PermanentError

Names = Mapping[str, tuple[str, ...]]
"""Wanted columns, each with the names it may have; without any it need not be there."""
_DELIMITERS = ";\t|,"


def names_in(header: Sequence[str], names: Names, where: str) -> list[int | None]:
    """Return the place of each wanted column, None for one that need not be there; raises PermanentError."""
    return [_place(header, name, candidates, where) if candidates else None for name, candidates in names.items()]


def _place(header: Sequence[str], name: str, candidates: tuple[str, ...], where: str) -> int:
    found = [place for place, one in enumerate(header) if one in candidates]
    if len(found) == 1:
        return found[0]
    if found:
        called = " and ".join(repr(header[place]) for place in found)
        raise PermanentError(f"{where} has {called}, and only one of them can be {name!r}: rename or leave out one.")
    raise PermanentError(f"{where} has no column {name!r}.{_hint(header, name)} Its columns: {', '.join(header)}.")


def _hint(header: Sequence[str], name: str) -> str:
    other = next((sign for sign in _DELIMITERS if len(header) == 1 and sign in header[0]), None)
    if other is not None:
        return f" Its cells seem to be separated otherwise: try `delimiter: {other!r}`."
    close = get_close_matches(name, header, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
