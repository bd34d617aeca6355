"""A small safe way to name values in JSON: `a.b`, `items[0].id`, `answers[].text`, `answers[field.ref=nps].number`.

`[]` and `*` mean all members, `[-1]` the last, `[key=value]` those that have it; `a | b` the first that is there.
Nothing is ever evaluated, and a path that leads nowhere gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]|]+)|\.")
_PLACE = re.compile(r"-?[0-9]+")

Step = tuple[str, str]
"""What kind of step it is (key, place, all, having), and its word."""


def values_at(document: Any, path: str) -> list[Any]:
    """Return all values that a path leads to, without null and empty text."""
    for way in path.split(" | "):
        found = [one for one in _walk([document], steps_of(way.strip())) if one is not None and one != ""]
        if found:
            return found
    return []


def value_at(document: Any, path: str) -> Any:
    """Return the first value that a path leads to, None for none."""
    found = values_at(document, path)
    return found[0] if found else None


def text_at(document: Any, path: str) -> str:
    """Return what a path leads to as text: several values one below the other, numbers as they are written."""
    return "\n".join(str(one) for one in values_at(document, path) if not isinstance(one, dict | list))


@lru_cache(maxsize=1024)
def steps_of(path: str) -> tuple[Step, ...]:
    """Return the steps of a path; raises ValueError for what is none. `$` is the whole document."""
    if path == "$":
        return ()
    steps: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise ValueError(f"{path!r} is no path: write a.b, items[0], items[].text or items[key=value].text")
        at = match.end()
        if match.group(1) is not None:
            steps.append(_bracket(match.group(1)))
        elif match.group(2) is not None:
            steps.append(("all", "") if match.group(2) == "*" else ("key", match.group(2)))
    return tuple(steps)


def _bracket(inside: str) -> Step:
    if not inside:
        return "all", ""
    return ("place", inside) if _PLACE.fullmatch(inside) else ("having", inside)


def _walk(found: list[Any], steps: tuple[Step, ...]) -> list[Any]:
    for kind, word in steps:
        found = [value for one in found for value in _step(one, kind, word)]
    return found


def _step(one: Any, kind: str, word: str) -> Iterator[Any]:
    if kind == "key":
        if isinstance(one, dict) and word in one:
            yield one[word]
    elif kind == "all":
        yield from one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    elif isinstance(one, list):
        if kind == "place":
            yield from [one[int(word)]] if -len(one) <= int(word) < len(one) else []
        else:
            key, _, wanted = word.partition("=")
            yield from (member for member in one if str(value_at(member, key.strip())) == wanted.strip())
