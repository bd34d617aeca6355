"""Who left: a column of any two answers as 0 and 1, the unmistakable ones by themselves, the others by --positive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from flywheel.cli.cell_values import SAYS_NOTHING, compared, read_cells
from flywheel.errors import ConfigError
from flywheel.predict.logistic import Floats

_MOST_ODD = 0.05
"""So many cells may say something else; then they are left out, and told."""
_LEFT = frozenset(
    {"left", "leaver", "churn", "churned", "churner", "attrited", "attrited customer", "attrition", "exited", "gone",
     "lost", "cancelled", "canceled", "terminated", "resigned", "quit", "odszedł", "gekündigt"}
)  # fmt: skip
"""Words that mean having left, whatever the other word is."""
_MOST_NAMED = 6
_MOST_ANSWERS = 100


class Answers(NamedTuple):
    """1 for who left, 0 for who did not, nan where it is not said; and what was taken for what."""

    truth: Floats
    notices: tuple[str, ...]


def answers(label: str, column: Sequence[str], positive: str | None) -> Answers:
    """Return the answers of a column; raises ConfigError where it holds no two, or it is not clear which means yes."""
    plain = [cell.strip().rstrip(".") for cell in column]
    cells = ["" if one.casefold() in SAYS_NOTHING else one for one in plain]
    counts = Counter(one for one in cells if one)
    found = _named(label, cells, counts, positive) if positive is not None else _told(label, cells, counts)
    known = found.truth[~np.isnan(found.truth)]
    if len(np.unique(known)) < 2:
        every = f"says {_words(counts)}" if counts else "is empty"
        raise ConfigError(f"Every row of {label!r} {every}: nothing can be learned from one answer.")
    return found


def _named(label: str, cells: list[str], counts: Counter[str], positive: str) -> Answers:
    wanted = compared(positive.strip().rstrip("."))
    if wanted not in {compared(one) for one in counts}:
        raise ConfigError(f"Column {label!r} never says {positive!r}; it says {_words(counts)}.")
    others = Counter({one: n for one, n in counts.items() if compared(one) != wanted})
    notices = (f"In {label!r} everything else than {positive!r} is no: {_words(others)}.",) if len(others) > 1 else ()
    return Answers(np.array([float(compared(one) == wanted) if one else np.nan for one in cells]), notices)


def _told(label: str, cells: list[str], counts: Counter[str]) -> Answers:
    """Read what says yes or no by itself: 0/1, yes/no and the like; -1/1; a word for having left, and one other."""
    kinds = read_cells(cells)
    yes_or_no = {cell: value for cell, (kind, value) in kinds.items() if kind == "word" or value in (0, 1)}
    odd = Counter({cell: n for cell, n in counts.items() if cell not in yes_or_no})
    if sum(odd.values()) <= _MOST_ODD * sum(counts.values()):
        notices = (f"In {label!r} these are neither yes nor no, and left out: {_words(odd)}.",) if odd else ()
        return Answers(np.array([yes_or_no.get(cell, np.nan) for cell in cells]), notices)
    yes = _meaning_left({one.casefold() for one in counts})
    if yes is None:
        raise ConfigError(
            f"Column {label!r} is no yes or no: it says {_words(counts)}. Name the value that means yes: "
            "--positive VALUE."
        )
    return Answers(
        np.array([float(cell.casefold() == yes) if cell else np.nan for cell in cells]),
        (f"In {label!r} {_words(Counter(one for one in counts if one.casefold() == yes))} is taken as yes.",),
    )


def _meaning_left(values: set[str]) -> str | None:
    if len(values) != 2:
        return None
    left = values & _LEFT
    if len(left) == 1:
        return left.pop()
    numbers = {compared(one): one for one in values}
    return numbers[1] if set(numbers) == {-1, 1} else None


def _words(counts: Counter[str]) -> str:
    if len(counts) > _MOST_ANSWERS:  # of a column that is no answer: they may be people's names
        return f"{len(counts):,} different things"
    most = [repr(one) for one, _ in counts.most_common(_MOST_NAMED)]
    return ", ".join(most) + (f" and {len(counts) - _MOST_NAMED} more" if len(counts) > _MOST_NAMED else "")
