"""Cells of scores as answers on their scale; a cell that is none is counted with its reason, never taken for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from flywheel.domain.feedback import Score
from flywheel.domain.score_column import ScoreColumn

T = TypeVar("T")
Scores = tuple[Score, ...]


def read_scores(columns: list[list[str]], rules: tuple[ScoreColumn, ...]) -> tuple[list[Scores], Counter[str]]:
    """Return the scores of each row and how many cells could not be used, by reason.

    Equal rows share one tuple, for there are few different ones.
    """
    reasons: dict[tuple[str, ...], list[str]] = {}

    def answers(row: tuple[str, ...]) -> Scores:
        found = [rule.answer(cell) for rule, cell in zip(rules, row, strict=True)]
        if bad := [one for one in found if isinstance(one, str)]:
            reasons[row] = bad
        return tuple(one for one in found if isinstance(one, Score))

    scores = by_value(columns, answers)
    left_out = Counter[str]()
    if reasons:
        for row in zip(*columns, strict=True):
            left_out.update(reasons.get(row, ()))
    return scores, left_out


def by_value(columns: list[list[str]], made: Callable[[tuple[str, ...]], T]) -> list[T]:
    """Return what is made of each row; it is made once of equal rows."""
    if len(columns) == 1:
        alone = {cell: made((cell,)) for cell in set(columns[0])}
        return [alone[cell] for cell in columns[0]]
    rows = list(zip(*columns, strict=True))
    known = {row: made(row) for row in set(rows)}
    return [known[row] for row in rows]
