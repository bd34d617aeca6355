"""One turn of a flow: its window, its identity, and what each step counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field, model_validator

from flywheel.domain.ids import content_id
from flywheel.domain.record import Moment, Record

Flow = Literal["cycle", "triage", "ooda"]
Mode = Literal["live", "shadow"]
Status = Literal["running", "completed", "partial", "failed"]

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the window of a first turn opens: it takes all that there is."""


class Window(Record):
    """The half-open span `[since, until)` that a cycle turns over."""

    since: Moment
    until: Moment

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.since > self.until:
            raise ValueError("`since` is after `until`: give the earlier moment first")
        return self


class Cycle(Record):
    """One turn. `as_of` is its only clock; `fence` proves that its holder has not been replaced.

    `period` counts the turns of the main flow: what triage hears between two cycles belongs to the next one.
    """

    id: str
    flow: Flow
    window: Window
    as_of: Moment
    mode: Mode
    period: int
    config_hash: str
    fence: int


class Span(Record):
    """A run of arrivals, both ends included: what one worker takes of a step that is divided."""

    first: int
    last: int


EVERYTHING = Span(first=0, last=2**62)
"""All that has arrived, whenever."""


class Tally(Record):
    """What one step did: counts, reasons and warnings; never a customer's words."""

    step: str
    done: int = 0
    skipped: int = 0
    failed: int = 0
    seconds: float = 0.0
    reasons: dict[str, int] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str | None = None


def cycle_id(flow: str, window: Window) -> str:
    """Return the id of the turn of a flow over a window; turning it again gives the same id."""
    return content_id("cycle", flow, _stamp(window.since), _stamp(window.until))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
