"""Which rows of a labelled file are one person's: what is learned from one row must not be asked of another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from flywheel.cli.trial_table import Table
from flywheel.predict.logistic import Rows

_SURELY_NO_TWIN = 0.01
"""Where fewer rows than this would equal a row by chance, equal rows are one row told twice."""


def same_person(
    table: Table, names: Sequence[str], ids: Mapping[str, bool], rows: Rows
) -> tuple[Rows | None, tuple[str, ...]]:
    """Return one number for all rows of a person, and what is told of it; None where every row is another person.

    `ids` are the columns of identifiers and whether they repeat. A person is known by the first that does; where no id
    tells rows apart, equal rows are one row told twice.
    """
    repeating = [name for name, repeats in ids.items() if repeats]
    if ids and not repeating:
        return None, ()
    wanted = repeating[:1] or names
    if not repeating and _twins(table, names) > _SURELY_NO_TWIN:
        return None, ()
    cells = zip(*(table.columns[name] for name in wanted), strict=True)
    keys = [key if any(map(str.strip, key)) else (row,) for row, key in enumerate(cells)]  # nobody's id: another person
    place = {key: k for k, key in enumerate(dict.fromkeys(keys))}
    same = np.array([place[keys[row]] for row in rows.tolist()], np.int64)
    again = len(same) - len(np.unique(same))
    if not again:
        return None, ()
    what = f"have a {repeating[0]!r} that another has" if repeating else "are equal to another"
    return same, (f"{again:,} rows {what}: what is one person's is never learned from and asked at once.",)


def _twins(table: Table, names: Sequence[str]) -> float:
    """Return how many rows would be equal to a row by chance, as if the columns knew nothing of each other."""
    n = len(table.columns[names[0]])
    shares = [sum((k / n) ** 2 for k in Counter(table.columns[name]).values()) for name in names]
    return n * math.prod(shares)
