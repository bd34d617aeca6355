"""What a dry evaluation of a play finds: whom it would mean now, whom not, and why."""

from __future__ import annotations

from flywheel.domain.record import Moment, Record


class Example(Record):
    """One person as a play sees them; `words` are what they said, redacted as it is stored."""

    person_id: str
    occasion: str
    at: Moment
    outcome: str
    reasons: tuple[str, ...]
    words: str


class TriedPlay(Record):
    """Whom a play would mean now, out of those who `spoke` while it could still answer.

    The `eligible` fit its condition; for the `applicable` nothing goes first; for the `suitable` no policy says no. Of
    those, `review` wait for a person first and `held_out` get nothing, to compare with. `excluded` counts the others by
    the step at which they left and the reason.
    """

    play: str
    people: int
    spoke: int
    eligible: int
    applicable: int
    suitable: int
    review: int
    held_out: int
    excluded: dict[str, dict[str, int]]
    examples: tuple[Example, ...]
