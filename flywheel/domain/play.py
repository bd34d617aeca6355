"""Next best action: plays, what we know of a person when we choose, proposals, verdicts, decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, model_validator

from flywheel.domain.expression import Kind
from flywheel.domain.person import Consent, Person
from flywheel.domain.record import Moment, Record

Tier = Literal["safety", "complaint", "friction", "relationship", "offer"]
TIERS: tuple[Tier, ...] = ("safety", "complaint", "friction", "relationship", "offer")
"""Need before sale: a lower tier is never chosen while a higher one applies, at any score."""

MERCY_TIERS: frozenset[Tier] = frozenset({"safety", "complaint"})
"""People in need are never held out of help (the mercy rule)."""

Ruling = Literal["allow", "review", "block"]
Arm = Literal["default", "holdout", "exempt", "control"]
"""`holdout` of one play; `control` of all plays together; `exempt`: never held out, and no part of a lift."""

DecisionStatus = Literal["decided", "held out", "waiting", "blocked", "shadow", "rejected"]
"""`waiting` for a person's approval; then `decided`, or `rejected`."""

NOT_OURS = "another brand's customer: no play is for them"
"""Why nothing is decided for whoever spoke of a competitor only: it is counted, and stands against nothing."""

CONDITION_FIELDS: dict[str, Kind] = {
    "sentiment": "number", "label": "text", "confidence": "number", "urgency": "text", "intent": "text",
    "effort": "text", "medium": "text", "touchpoint": "text", "language": "text", "voice": "text",
    "topics": "set", "signals": "set", "value": "number", "tenure_days": "number", "churn_risk": "number",
    "feedback_90d": "number", "negative_90d": "number", "complaints_90d": "number",
}  # fmt: skip
"""The fields a play's condition may name, and what each is; `signals` are those of the last 90 days."""


class Variant(Record):
    """Another way of doing the same play: other words."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    template: str


class Measured(Record):
    """What a play shall change within so many days: whether it `happened` at all, or its `amount`; more or less of it.

    `margin` is the smallest change worth having, in points of probability or in the amount's own unit.
    """

    metric: str
    days: float = Field(default=7, gt=0)
    kind: Literal["happened", "amount"] = "happened"
    better: Literal["more", "less"] = "more"
    margin: float | None = Field(default=None, gt=0)


class Play(Record):
    """One thing we may do for a person: for whom, in which words, on which channel, how sure we are it helps."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    tier: Tier
    when: str
    channel: str
    purpose: str = "service"
    template: str
    variant: str = Field(default="a", pattern=r"^[a-z][a-z0-9_]*$")
    variants: tuple[Variant, ...] = ()
    owner: str = "CX team"
    addresses: tuple[str, ...] = ()
    not_after_days: float = Field(default=14, gt=0)
    expected_effect: float = Field(default=0.05, ge=-1, le=1)
    expected_effect_sd: float = Field(default=0.05, gt=0, le=1)
    weight: float = Field(default=1.0, ge=0)
    value: float = Field(default=1.0, ge=0)
    holdout: float = Field(default=0.2, ge=0, le=0.9)
    metric: str | None = None
    metric_days: float = Field(default=7, gt=0)
    also: tuple[Measured, ...] = ()
    approval: Literal["none", "required"] = "none"
    approvals: int = Field(default=1, ge=1, le=2, description="How many people must approve, where one must.")
    cost: float = Field(default=0.0, ge=0, description="What doing it once costs, in your own money.")
    capacity: int | None = Field(default=None, ge=0, description="How many of a cycle can be done at all.")
    enabled: bool = True
    mode: Literal["live", "shadow"] | None = Field(
        default=None, description="None: shadow, until somebody says `flywheel plays live NAME`."
    )

    @model_validator(mode="after")
    def _told_apart(self) -> Play:
        for what, names in (("variant", self.ways), ("metric", [one.metric for one in self.measured])):
            if len(set(names)) < len(names):
                raise ValueError(f"play {self.name!r} has a {what} twice: names must differ")
        return self

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the names of the ways to do it, the first one first."""
        return (self.variant, *(one.name for one in self.variants))

    @property
    def measured(self) -> tuple[Measured, ...]:
        """Return all that it shall change; the first is what it is chosen by."""
        first = () if self.metric is None else (Measured(metric=self.metric, days=self.metric_days),)
        return (*first, *self.also)

    def template_of(self, variant: str) -> str:
        """Return the template of a variant; one that is in the catalogue no more has the words of the first."""
        return next((one.template for one in self.variants if one.name == variant), self.template)


class Occasion(Record):
    """The newest thing that happened to a person, with what was read from it, and their history."""

    feedback_id: str
    at: Moment
    language: str | None
    sentiment: float | None
    label: str | None
    confidence: float | None
    urgency: str | None
    intent: str | None
    effort: str | None
    medium: str | None
    touchpoint: str | None
    topics: tuple[str, ...]
    churn_risk: float | None
    feedback_90d: int
    negative_90d: int
    complaints_90d: int


class Contacted(Record):
    """One message that a person got, or that is on its way to them.

    `answered_at` is when we first heard of them again, by word or deed; `upset`: the first word after it was unhappy.
    """

    at: Moment
    channel: str
    purpose: str
    play: str
    answered_at: Moment | None = None
    upset: bool = False


class PersonView(Record):
    """All that a policy may look at: the person, their occasion, their newest consents, our contacts with them.

    `occasion` is None when a message is checked a last time before it leaves: what a policy says of the occasion
    was said when it was decided; consent, caps and the hour are looked at again. `open_case`: they still wait for an
    answer of ours.
    """

    person: Person
    occasion: Occasion | None
    consents: tuple[Consent, ...]
    contacts: tuple[Contacted, ...]
    reachable: tuple[str, ...]
    open_case: bool = False

    def consented(self, channel: str, purpose: str) -> bool:
        """Return the newest word of the ledger; absent means no, and of a yes and a no at once the no counts."""
        lines = [c for c in self.consents if c.channel == channel and c.purpose == purpose]
        return bool(lines) and max(lines, key=lambda c: (c.at, not c.granted)).granted


class Candidate(Record):
    """A person with an occasion, and the names of the plays whose condition fits it; `off` are switched off."""

    view: PersonView
    fits: tuple[str, ...]
    off: tuple[str, ...] = ()


class Verdict(Record):
    """What one policy says of one proposal; `not_before` postpones, it does not block.

    `second_person`: where a human is to look (`review`), two different ones must.
    """

    policy: str
    ruling: Ruling
    reason: str
    not_before: Moment | None = None
    second_person: bool = False


class Factors(Record):
    """The four factors of arbitration (P x C x V x L); a missing factor counts as 1."""

    propensity: float
    context: float
    value: float
    lever: float

    @property
    def priority(self) -> float:
        """Return P x C x V x L (Pega's arbitration formula, with P the *incremental* probability)."""
        return self.propensity * self.weight

    @property
    def weight(self) -> float:
        """Return what an effect counts: C x V x L."""
        return self.context * self.value * self.lever


class Proposal(Record):
    """A play that fits somebody now, before policies have spoken; people who are alike share it."""

    play: Play
    factors: Factors
    learnings: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


class Decision(Record):
    """What was decided for one person on one occasion, and everything that led there.

    `propensity` is the probability, before the dice fell, of just this: this play, this variant, this arm, among the
    plays in `among`; `arm_chance` is the arm's part of it. `topic` and `segment` are what was known when choosing.
    """

    id: str
    cycle_id: str
    person_id: str
    occasion: str
    occasion_at: Moment
    play: str
    variant: str
    tier: Tier
    channel: str
    purpose: str
    score: float
    propensity: float
    arm_chance: float = 1.0
    topic: str = ""
    segment: str = ""
    among: tuple[str, ...] = ()
    approvals: int = 0
    arm: Arm
    status: DecisionStatus
    ruling: Ruling
    reasons: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    learnings: tuple[str, ...]
    settings: tuple[str, ...]
    changed_by: tuple[str, ...] = ()
    decided_at: Moment
    not_before: Moment | None
    not_after: Moment


def expires(play: Play, occasion_at: datetime) -> datetime:
    """Return the moment after which the play would answer something long past: then it is not done at all."""
    return occasion_at + timedelta(days=play.not_after_days)
