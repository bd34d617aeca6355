"""Sums that orienting and reporting read: of texts, decisions and predictions; and quotations with their evidence."""

from __future__ import annotations

from pydantic import Field

from flywheel.domain.play import DecisionStatus, Tier
from flywheel.domain.record import Record


class BrandCount(Record):
    """How many texts of a brand's voice there are, and how many of those read were of each label."""

    brand: str
    voice: str
    last_day: str
    n: int
    n_read: int
    n_negative: int
    n_neutral: int
    n_positive: int


class GroupCount(Record):
    """The same for one group: a topic, a touchpoint, a language, a medium, a day."""

    name: str
    n: int
    n_read: int
    n_negative: int
    n_positive: int


class Quotation(Record):
    """Somebody's own (redacted) words on a topic."""

    feedback_id: str
    text: str
    label: str
    language: str
    topic: str
    evidence: str


class DecisionGroup(Record):
    """How many decisions of a play ended in one state."""

    play: str
    tier: Tier
    status: DecisionStatus
    n: int


class DecisionSummary(Record):
    """What was decided, in sums; `helped` and `offered` are persons to whom help, or a sales offer, was decided.

    `changed` came out differently because of a learning or setting; `changed_by` says by which, `blocked` why not.
    """

    groups: tuple[DecisionGroup, ...] = ()
    helped: int = 0
    offered: int = 0
    changed: int = 0
    changed_by: dict[str, int] = Field(default_factory=dict)
    blocked: dict[str, int] = Field(default_factory=dict)

    @property
    def n(self) -> int:
        """Return how many decisions there are."""
        return sum(group.n for group in self.groups)

    def ended(self, *statuses: DecisionStatus) -> int:
        """Return how many decisions ended in some states."""
        return sum(group.n for group in self.groups if group.status in statuses)


class TeamLeavers(Record):
    """Employees of one team: how many there were or are, how many left in the year, their mean yearly value."""

    team: str
    n: int
    left: int
    value: float | None = None


class PredictionSummary(Record):
    """Predictions of one kind, the newest of each person: the mean with its standard error, and who stands above."""

    n: int
    mean: float
    standard_error: float
    above: int
    model: str
    drivers: dict[str, int]


class Promptness(Record):
    """How long people waited for help: medians in days, each with its 95 % interval, over `n` messages sent.

    `heard` counts from the moment we heard of it, `said` from the moment they said it (or it happened to them).
    """

    n: int
    heard: tuple[float, float, float]
    said: tuple[float, float, float]


class Worth(Record):
    """Customers as an asset: the newest lifetime value of each, added up, and what of it is at risk, each with a range.

    `at_risk` adds up value x chance of leaving, over the `n_at_risk` of whom both are known. The ranges add up the ends
    of each person's own interval, as if all of them were wrong in the same way: they are wide, not narrow.
    """

    n: int
    value: tuple[float, float, float]
    n_at_risk: int
    at_risk: tuple[float, float, float]
    model: str
