"""What a person says a text really says: it stands in place of the model's answer, and teaches the next model."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import model_validator

from flywheel.domain.reading import Intent, Label
from flywheel.domain.record import Moment, Record

Field = Literal["sentiment", "intent", "emotion", "topic"]
FIELDS: tuple[Field, ...] = get_args(Field)
EMOTIONS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
"""Ekman's six (1992) and neutral."""
SEVERAL: tuple[Field, ...] = ("emotion", "topic")
"""Fields of which a text may have several values, or none."""
BETWEEN = "|"
_VALUES: dict[str, tuple[str, ...]] = {"sentiment": get_args(Label), "intent": get_args(Intent), "emotion": EMOTIONS}


class Correction(Record):
    """One person's word on one field of one piece of feedback; several values stand with `|` between them."""

    feedback_id: str
    field: Field
    value: str
    corrected_by: str
    at: Moment

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values one by one; none where a person says that there is none."""
        return values_of(self.value)

    @model_validator(mode="after")
    def _is_a_value(self) -> Correction:
        allowed = _VALUES.get(self.field)
        wrong = [one for one in self.values if allowed is not None and one not in allowed]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no {self.field}; there is {', '.join(allowed or ())}")
        if self.field not in SEVERAL and len(self.values) != 1:
            raise ValueError(f"a text has one {self.field}")
        return self


class HeadEvent(Record):
    """What happened to a head: it was trained and compared, it went live, it was rolled back to (or to none: '')."""

    field: Field
    head_id: str
    event: Literal["compared", "live", "rolled back"]
    at: Moment
    fold: int = 0
    n: int = 0
    own: float = 0.0
    other: float = 0.0
    low: float = 0.0
    won: bool = False
    detail: str = ""


def values_of(value: str) -> tuple[str, ...]:
    """Return what stands between the bars, in order, each once."""
    return tuple(dict.fromkeys(one.strip() for one in value.split(BETWEEN) if one.strip()))
