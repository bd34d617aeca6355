"""Cells of scores as answers on their scale; a cell that is none is counted with its reason, never taken for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TypeVar

from pydantic import Field, FiniteFloat, field_validator, model_validator

from flywheel.domain.feedback import Score
from flywheel.domain.record import Record

T = TypeVar("T")
Scores = tuple[Score, ...]


class ScoreColumn(Record):
    """A column of scores with its scale.

    `blanks` are cells that mean "no answer" (an empty one always does); `values` tells what words stand for;
    `only_in` names the files (globs) in which the question was asked: elsewhere the column may be missing.
    """

    kind: str
    column: str
    low: FiniteFloat
    high: FiniteFloat
    blanks: tuple[str, ...] = ()
    values: dict[str, FiniteFloat] = Field(default_factory=dict)
    only_in: tuple[str, ...] = ()

    @field_validator("blanks")
    @classmethod
    def _without_spaces(cls, blanks: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.strip() for one in blanks)

    @model_validator(mode="after")
    def _is_a_scale(self) -> ScoreColumn:
        if self.low >= self.high:
            raise ValueError(f"the scale of {self.kind!r} needs `low` below `high`")
        return self

    def is_asked_in(self, file: str) -> bool:
        """Return whether the question was asked in a file of this name."""
        return not self.only_in or any(fnmatchcase(file, one) for one in self.only_in)

    def answer(self, cell: str) -> Score | str | None:
        """Return the answer, None for a cell that means "no answer", or the reason why it is none."""
        cell = cell.strip()
        if not cell or cell in self.blanks:
            return None
        try:
            value = self.values[cell] if cell in self.values else float(cell)
        except ValueError:
            return f"{self.kind}: no number"
        if not self.low <= value <= self.high:
            return f"{self.kind}: off its scale, {self.low:g} to {self.high:g}"
        return Score(kind=self.kind, value=value, scale_low=self.low, scale_high=self.high)


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
