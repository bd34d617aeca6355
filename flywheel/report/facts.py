"""What a cycle's report is made of: the facts that the report step gathers from the store, and nothing else."""

from __future__ import annotations

from pydantic import Field

from flywheel.domain.care import CaseSummary
from flywheel.domain.cycle import Cycle, Tally, Window
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.initiative import Initiative, Setting
from flywheel.domain.loop import Criterion
from flywheel.domain.objecting import StandingObjection
from flywheel.domain.outcome import Appraisal, Learning, Lift
from flywheel.domain.play import Play
from flywheel.domain.record import Moment, Record
from flywheel.domain.standing import Standing
from flywheel.domain.summary import (
    BrandCount,
    DecisionSummary,
    GroupCount,
    PredictionSummary,
    Promptness,
    Quotation,
    TeamLeavers,
    Worth,
)
from flywheel.domain.theme import Theme


class TopicCounts(Record):
    """Mentions by topic of one brand's voice, in this period and in the one before."""

    brand: str
    voice: Voice
    now: tuple[GroupCount, ...] = ()
    before: tuple[GroupCount, ...] = ()


class ReadCounts(Record):
    """How the texts of this period could be read (`Readings.status`); `undated` are read but stay out of trends."""

    read: int = 0
    unsupported: int = 0
    no_text: int = 0
    unscored: int = 0
    undated: int = 0


class LearningUse(Record):
    """An earlier learning that this cycle read: by how many decisions, and how many it made come out differently."""

    learning: Learning
    read: int
    changed: int


class RiskSummary(Record):
    """Who may leave, by a stated rule: `value` >= `threshold` counts as at risk; `mean` with its 95 % interval.

    `drivers` maps a driver in words to the number of people at risk who have it.
    """

    voice: Voice = "customer"
    n: int
    threshold: float
    above: int
    mean: float
    low: float
    high: float
    model: str
    drivers: dict[str, int] = Field(default_factory=dict)


class TouchpointFacts(Record):
    """One touchpoint of the journey: who answers for it, and what our customers' texts there sound like."""

    name: str
    owner: str
    moment_of_truth: bool = False
    now: GroupCount
    before: GroupCount | None = None


class WaitingFacts(Record):
    """Decisions of one play that wait for a person, who answers for it, and until when the first may still be done."""

    play: str
    owner: str
    n: int
    due: Moment


class TeamFacts(Record):
    """One team: the touchpoints and plays it answers for, and the thanks it earned in this period, by touchpoint."""

    name: str
    touchpoints: tuple[str, ...] = ()
    plays: tuple[str, ...] = ()
    thanks: dict[str, int] = Field(default_factory=dict)


class SourceHealth(Record):
    """One source in this cycle: rows that were new, rows ever, when it last gave any, and what it warned of.

    `socket` is the plugin's: that a source of feedback falls silent is alarming, that nobody moved house is not.
    """

    name: str
    socket: str | None = None
    rows: int
    rows_ever: int = 0
    last_heard: Moment | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None


class ReportFacts(Record):
    """Everything the report of one cycle says, as plain facts; `zone` is the zone in which its dates are written.

    `cases` are those of each owner; `objections` those that are open, or were overridden and then harmed; `resting`
    channels try nothing until a moment; `watched` plays are never sent yet.

    `counts` and `counts_before` hold every brand and voice, ours included. `deliveries` counts the messages of this
    cycle's decisions by state. `withheld` counts fitting plays that were not done by reason (policies, caps, unknown
    persons); `offers_withheld` are offers that fitted somebody for whom help came first. `settings` are those from
    OODA in force; whether they moved a decision is read from `DecisionSummary.changed_by`.
    """

    brand: str
    competitors: tuple[str, ...] = ()
    zone: str = "UTC"
    min_group: int = 10
    quotations_asked: int = 6

    cycle: Cycle
    previous: Window | None = None
    steps: tuple[Tally, ...] = ()

    counts: tuple[BrandCount, ...] = ()
    counts_before: tuple[BrandCount, ...] = ()
    topics: tuple[TopicCounts, ...] = ()
    touchpoints: tuple[TouchpointFacts, ...] = ()
    languages: tuple[GroupCount, ...] = ()
    readings: ReadCounts = ReadCounts()
    quotations: tuple[Quotation, ...] = ()
    themes: tuple[Theme, ...] = ()
    theme_quotes: dict[str, str] = Field(default_factory=dict)
    standings: tuple[Standing, ...] = ()
    findings: tuple[Finding, ...] = ()
    risks: tuple[RiskSummary, ...] = ()
    teams: tuple[TeamLeavers, ...] = ()
    worth: Worth | None = None
    satisfaction: PredictionSummary | None = None

    plays: tuple[Play, ...] = ()
    decisions: DecisionSummary = DecisionSummary()
    deliveries: dict[str, int] = Field(default_factory=dict)
    withheld: dict[str, int] = Field(default_factory=dict)
    offers_withheld: int = 0
    promptness: Promptness | None = None
    waiting: tuple[WaitingFacts, ...] = ()
    cases: tuple[CaseSummary, ...] = ()
    objections: tuple[StandingObjection, ...] = ()
    resting: dict[str, Moment | None] = Field(default_factory=dict)
    watched: tuple[str, ...] = ()
    paused: bool = False

    lifts: tuple[Lift, ...] = ()
    learnings: tuple[Learning, ...] = ()
    appraisals: tuple[Appraisal, ...] = ()
    learnings_used: tuple[LearningUse, ...] = ()
    settings: tuple[Setting, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    maturity: tuple[Criterion, ...] = ()
    owners: tuple[TeamFacts, ...] = ()

    sources: tuple[SourceHealth, ...] = ()
    set_aside: dict[str, int] = Field(default_factory=dict)
