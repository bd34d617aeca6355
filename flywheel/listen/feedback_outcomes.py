"""What people say afterwards, taken as an outcome: they speak again, feel better, repeat a complaint, or leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from flywheel.domain.feedback import Cursor, Page
from flywheel.domain.outcome import Outcome
from flywheel.ports import OutcomeSource

Heard = Literal["spoke_again", "rerated", "recovered", "repeated", "left"]
ALL: tuple[Heard, ...] = ("spoke_again", "rerated", "recovered", "repeated", "left")


class FeedbackOutcomes(OutcomeSource):
    """Outcomes from the feedback itself: what somebody says within `days` after they spoke before.

    `spoke_again` (silence is that it did not happen), `rerated` (the change of a score of the same kind, in parts of
    its scale, -1..1), `recovered` (unhappy before, not now), `repeated` (unhappy again, of the same topic), `left`.
    Learn works them out in the store, for everybody alike, whether somebody got a message or not.
    """

    metrics: tuple[Heard, ...] = ALL
    days: float = Field(default=90, gt=0)

    def fetch(self, since: Cursor | None) -> Iterator[Page[Outcome]]:  # noqa: ARG002 - nobody is asked
        """Yield nothing: what was heard stands in the store already."""
        yield from ()
