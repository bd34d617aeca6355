"""One line of the catalogue of commands: what it is called, where it lives, what it does, an example."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command; `place` is `module:function` below flywheel.cli."""

    name: str
    place: str
    does: str
    example: str


class Family(NamedTuple):
    """Commands under one word, as `flywheel sources list`."""

    name: str
    does: str
    members: tuple[Entry, ...]
