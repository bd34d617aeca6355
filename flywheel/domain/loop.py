"""What the outer loop sees of the wheel itself: its last periods, and how mature it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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


def stage_of(criteria: Sequence[Criterion]) -> Stage | None:
    """Return the highest stage whose criteria are all met, and those of all stages below it; None before the first."""
    reached: Stage | None = None
    for stage in STAGES:
        if not all(one.met for one in criteria if one.part == stage):
            return reached
        reached = stage
    return reached


class LoopRules(Record):
    """How the outer loop looks, ranks, hands over and verifies."""

    observed: int = Field(default=4, ge=1, le=52, description="Periods that it looks back on.")
    cause_floor: int = Field(default=10, ge=1, description="Fewer unhappy mentions than this are no cause yet.")
    most_open: int = Field(default=3, ge=1, description="Initiatives open at a time: attention is what is scarce.")
    initiative_days: int = Field(default=60, ge=1, description="Days an owner has for a new initiative.")
    setting_days: int = Field(default=60, ge=1, description="Days after which a setting from OODA lapses.")
    escalate_to: str = Field(default="CX team", description="Who hears of initiatives that are overdue.")
    escalate_days: int = Field(default=14, ge=1, description="Days after which an overdue one is escalated again.")
    behind: int = Field(default=50, ge=0, description="Percent that a cause counts more if it puts us behind.")
    rising: int = Field(default=50, ge=0, description="Percent more where it rises beyond its own past.")
    disappoints: int = Field(default=50, ge=0, description="Percent more where we fall short of what was expected.")
    rival: int = Field(default=25, ge=0, description="Percent more where a peer has got better at it.")
    moment_of_truth: int = Field(default=25, ge=0, description="Percent more at a moment of truth.")
    ask_groups: int = Field(default=3, ge=0, description="Least-heard groups that the next cycle is to ask.")
    verify_before_days: int = Field(default=56, ge=21, description="Days before the work that are compared with.")
    verify_after_days: int = Field(default=7, ge=1, description="Days after the work before the first verdict.")
    worth: float = Field(default=0.1, ge=0, lt=1, description="A smaller fall of unhappy mentions is not worth having.")


class Assessment(Record):
    """What one team says of how far empathy is lived: 1 (not at all) to 5 (always); what it cannot say is left out.

    Corporate value: empathy stands in the goals, and a decision was turned because of it. Culture: people are thanked
    for time spent on somebody's need. Leadership: leaders listen to customers and staff themselves, every month.
    Technology: whoever talks to a customer sees the whole history, and no system asks twice.
    """

    team: str
    on: date
    corporate_value: int | None = Field(default=None, ge=1, le=5)
    culture: int | None = Field(default=None, ge=1, le=5)
    leadership: int | None = Field(default=None, ge=1, le=5)
    technology: int | None = Field(default=None, ge=1, le=5)

    def answer(self, value: EmpathyValue) -> int | None:
        """Return the answer to one of the four values."""
        found: int | None = getattr(self, value.replace(" ", "_"))
        return found
