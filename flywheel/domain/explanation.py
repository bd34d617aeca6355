"""How a figure, a decision or anything else with an id came about: what it says, its formula, what lies behind it."""

from __future__ import annotations

from flywheel.domain.record import Record

Cell = str | int | float | None


class Fact(Record):
    """One thing that is known of what is explained; a list is its JSON."""

    name: str
    value: Cell


class Link(Record):
    """Something with an id that this rests on, or that rests on it: `explain` takes that id in turn."""

    id: str
    kind: str
    named_in: str


class RowsBehind(Record):
    """Rows of the store that lie behind it, at most a screenful; `of` is how many there are in all."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    of: int


class Explanation(Record):
    """One thing explained: follow `links` and the ids in `behind` to go on."""

    id: str
    kind: str
    says: str
    formula: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]
    behind: tuple[RowsBehind, ...]
