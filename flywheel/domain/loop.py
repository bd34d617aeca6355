"""What the outer loop sees of the wheel itself: its last periods, and how mature it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from flywheel.domain.record import Moment, Record

Stage = Literal["transactional", "interaction", "engagement", "empathy"]
STAGES: tuple[Stage, ...] = ("transactional", "interaction", "engagement", "empathy")
"""From counting what people say, over answering them and learning what helps, to removing what hurts."""

EmpathyValue = Literal["corporate value", "culture", "leadership", "technology"]
VALUES: tuple[EmpathyValue, ...] = ("corporate value", "culture", "leadership", "technology")
"""What teams say of themselves; no telemetry can count it."""


class Observation(Record):
    """One period of the wheel as the outer loop saw it: said, read, predicted, done, learned, left undone and why.

    All are counts: `said` of our customers' texts, `said_by_staff` of our employees', `changed` of decisions that came
    out differently because of a learning or setting. `undone` counts fitting actions that were not done, by reason.
    """

    cycle_id: str
    seen: str
    period: int
    since: Moment
    until: Moment
    said: int
    said_by_staff: int
    said_of_peers: int
    read: int
    scores: int
    media: int
    predicted: int
    decided: int
    held_out: int
    waiting: int
    blocked: int
    sent: int
    unsent: int
    offers_withheld: int
    lifts: int
    sure_lifts: int
    learnings: int
    changed: int
    failed_steps: int
    undone: dict[str, int] = Field(default_factory=dict)


class Criterion(Record):
    """One thing that a stage asks for: what was counted, and what was needed.

    `met` is None, and `value` too, where nothing is known. `part` is a stage or one of the four values.
    """

    cycle_id: str
    part: Stage | EmpathyValue
    name: str
    words: str
    value: float | None
    needed: float
    met: bool | None
