"""Numbers as tables of measures write them: 1,025 answers, 45 %, NA."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field, model_validator

from flywheel.domain.record import Record

Unit = Literal["number", "share", "percent"]
"""What a figure is: a share of answers is 0 to 1, written so or in per cent."""
_HUNDRED = 100


class Numbers(Record):
    """How numbers are written; `blanks` are cells that mean "no figure"."""

    thousands: str = ","
    decimal: str = Field(default=".", min_length=1, max_length=1)
    blanks: tuple[str, ...] = ("NA", "N/A", "n/a", "NaN", "-", "*", "..")

    @model_validator(mode="after")
    def _differ(self) -> Numbers:
        if self.thousands == self.decimal:
            raise ValueError(f"{self.decimal!r} cannot both part thousands and begin decimals")
        return self

    def read(self, cell: str) -> float | str | None:
        """Return a number, None for a blank, or the reason why it is none."""
        text = cell.strip()
        if not text or text in self.blanks:
            return None
        whole, point, rest = text.partition(self.decimal)
        if not self._parted_well(whole):
            return "no number"
        try:
            value = (
                float(whole.replace(self.thousands, "") + (f".{rest}" if point else ""))
                if self.thousands
                else float(text)
            )
        except ValueError:
            return "no number"
        return value if math.isfinite(value) else "no number"

    def measured(self, cell: str, unit: Unit) -> float | str | None:
        """Return a figure in its unit, None for a blank, or the reason why it is none; a share is 0 to 1."""
        value = self.read(cell.strip().removesuffix("%"))
        if unit == "number" or not isinstance(value, float):
            return value
        share = value / _HUNDRED if unit == "percent" else value
        return share if 0 <= share <= 1 else f"off the scale of a {unit}"

    def count(self, cell: str) -> int | None:
        """Return how many answered, None where that is not known."""
        value = self.read(cell)
        return int(value) if isinstance(value, float) and value.is_integer() and value >= 0 else None

    def _parted_well(self, whole: str) -> bool:
        """Return whether thousands are parted by threes: "1,5" is no fifteen."""
        if not self.thousands or self.thousands not in whole:
            return True
        first, *parts = whole.lstrip("+-").split(self.thousands)
        return 1 <= len(first) <= 3 and all(len(part) == 3 for part in parts)
