"""How much may be done at all: money, hands, messages per cycle, day and channel."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from flywheel.domain.record import Record


class ChannelLimit(Record):
    """How many messages a channel takes."""

    per_cycle: int | None = Field(default=None, ge=0)
    per_day: int | None = Field(default=None, ge=0)


class Limits(Record):
    """What all plays share; what a play itself costs and can take stands with it (`cost`, `capacity`).

    `per_cycle` and `per_day` are the blast radius: however wrong a rule is, no more people than these are reached.
    """

    budget: float | None = Field(default=None, ge=0, description="Money for the plays of a cycle.")
    per_cycle: int | None = Field(default=None, ge=0, description="Messages of a cycle.")
    per_day: int | None = Field(default=None, ge=0, description="Messages of a day, of all cycles together.")
    channels: dict[str, ChannelLimit] = Field(default_factory=dict)
    beyond: Literal["withhold", "wait"] = Field(
        default="withhold", description="What finds no room is decided anew next time, or waits for a person's word."
    )


class Taken(NamedTuple):
    """How many decisions a play has on a channel already: in this cycle, and since the day began."""

    play: str
    channel: str
    this_cycle: int
    today: int
