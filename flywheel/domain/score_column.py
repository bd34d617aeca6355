"""A column of scores with its scale: which cells are answers, which mean that there is none, which are neither."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import Field, FiniteFloat, field_validator, model_validator

from flywheel.domain.feedback import Score
from flywheel.domain.record import Record


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
