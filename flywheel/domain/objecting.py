"""What the customers' advocate asks of every plan, what the data answer, and a named person's word on it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from flywheel.domain.record import Moment, Record

Question = Literal[
    "who is worse off", "whose effort rises", "which promise breaks", "what did those who left say"
]  # fmt: skip
QUESTIONS: tuple[Question, ...] = (
    "who is worse off", "whose effort rises", "which promise breaks", "what did those who left say",
)  # fmt: skip

ObjectionState = Literal["open", "accepted", "overridden"]


class Finding(Record):
    """What the data answer to a question: a figure with its 95 % interval and how many people it rests on.

    `value` is a difference of shares (points / 100), an effect, or, where the words say "times", a ratio; `objects`
    says that it surely is to the customers' disadvantage.
    """

    question: Question
    subject: str
    says: str
    value: float
    low: float
    high: float
    n: int
    objects: bool


class Objection(Record):
    """A finding against a plan (`play:NAME`, `change:NAME`, `initiative:ID`), until it is answered or lapses."""

    id: str
    cycle_id: str
    plan: str
    question: Question
    subject: str
    finding: str
    value: float
    low: float
    high: float
    n: int
    evidence: tuple[str, ...] = ()
    raised_at: Moment
    expires: Moment


class StandingObjection(Record):
    """An objection as it stands; `harmed`: it was overridden, and the play was later found to harm."""

    id: str
    cycle_id: str
    plan: str
    question: Question
    subject: str
    finding: str
    value: float
    low: float
    high: float
    n: int
    raised_at: Moment
    expires: Moment
    state: ObjectionState
    actor: str | None
    reason: str | None
    answered_at: Moment | None
    harmed: bool


class ObjectionWord(Record):
    """What a named person says of an objection."""

    id: str
    objection_id: str
    kind: Literal["accepted", "overridden"]
    actor: str
    reason: str = Field(min_length=1)
    at: Moment


class Change(Record):
    """A planned change of product, process, price or words, as somebody describes it for the advocate."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    kind: Literal["product", "process", "price", "communication"]
    what: str
    topics: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    groups: tuple[str, ...] = Field(default=(), description="Groups of people it is meant for; empty: everybody.")
    eases: bool = Field(default=False, description="It takes effort off people, rather than putting some on them.")


class Afterwards(NamedTuple):
    """Of `n` people of one arm of a play: how many had it hard, saw a promise broken, or left afterwards."""

    play: str
    arm: str
    n: int
    effort: int
    broken: int
    left: int


class Spoken(NamedTuple):
    """Of `n` people of a group who spoke: how many were unhappy, had it hard, saw a promise broken.

    `touched`: they spoke of what a change touches; else of anything else. `group` is '' for those in none.
    """

    group: str
    touched: bool
    n: int
    unhappy: int
    effort: int
    broken: int
