"""What can be configured: one typed, frozen object, every setting with its default and its limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeGuard
from zoneinfo import ZoneInfo

from pydantic import Field, InstanceOf, JsonValue, WithJsonSchema, model_validator

from flywheel.domain.care import CareRules
from flywheel.domain.experience import PILLARS, Pillar, Promise, ReaderRules
from flywheel.domain.expression import parse_condition
from flywheel.domain.initiative import Setting
from flywheel.domain.limits import Limits
from flywheel.domain.loop import Assessment, LoopRules
from flywheel.domain.play import CONDITION_FIELDS, Play
from flywheel.domain.reading import TopicRule
from flywheel.domain.record import Record, Zone
from flywheel.ports import (
    Analyzer,
    BenchmarkProvider,
    Channel,
    MeasureSource,
    OutcomeSource,
    PersonSource,
    Policy,
    Predictor,
    SignalSource,
    Source,
)

SOCKET_KEY = "x-socket"
"""Stands in a schema for "any plugin of this socket" until `json_schema` knows which are installed."""


def _ref(socket: str) -> WithJsonSchema:
    return WithJsonSchema({SOCKET_KEY: socket})


def _refs(socket: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {SOCKET_KEY: socket}})


class Brand(Record):
    """Our own brand; `zone` is the zone of its days and is fixed when the store is created."""

    name: str
    zone: Zone = "UTC"
    language: str = "en"


class Touchpoint(Record):
    """A place where customers meet us, and who answers for it.

    `initiative_cost` is in your own money; where it is left out, the cost of an initiative is unknown.
    """

    name: str
    owner: str
    moment_of_truth: bool = False
    initiative_cost: float | None = Field(default=None, ge=0, description="What removing a cause here costs, roughly.")


class Stage(Record):
    """A stage of the journey with its touchpoints."""

    stage: str
    touchpoints: tuple[Touchpoint, ...]


class OrientRules(Record):
    """When two figures may be compared, and when a gap is worth a word."""

    floor: int = Field(default=100, ge=1, description="Fewer answers than this on either side: cannot tell.")
    margin: float = Field(default=0.03, gt=0, lt=1, description="A gap inside +- margin, surely, is called level.")
    margin_points: float = Field(default=3, gt=0, lt=200, description="The same for NPS, in its points.")
    margin_scale: float = Field(default=0.03, gt=0, lt=1, description="The same for means, as a part of their scale.")
    max_age_days: int = Field(default=400, ge=1)
    max_apart_days: int = Field(default=183, ge=0, description="Days by which two figures of one table may differ.")
    window_days: int = Field(default=365, ge=1, description="Days of feedback, to its newest, that a measure rests on.")
    lower_is_better: tuple[str, ...] = Field(default=(), description="Kinds of scores of which less is better.")
    pillars: tuple[Pillar, ...] = PILLARS
    outcome_item: str = Field(default="nps", description="Kind of score that the pillars' weights are to explain.")
    promises: tuple[Promise, ...] = ()
    reader: ReaderRules = ReaderRules()
    focus_lever: float = Field(default=1.5, ge=1, le=5, description="Lever of plays that address a focus topic.")


class LearnRules(Record):
    """When an effect may be called one."""

    margin: float = Field(default=0.02, gt=0, lt=1, description="An effect worth having, in points of probability.")
    min_arm: int = Field(default=20, ge=2, description="Fewer people in either arm: cannot tell.")
    anytime_n: int = Field(default=5_000, ge=10, description="The n at which the anytime interval is tightest.")
    allocation: Literal["thompson", "best"] = "thompson"
    floor: float = Field(default=0.01, gt=0, le=0.2, description="Each play that fits keeps at least this chance.")
    keep: float = Field(default=0.98, gt=0, le=1, description="What a week still counts one week later.")
    agree: float = Field(default=2, ge=1, le=5, description="1: Thompson sampling; 2: as if two draws must agree.")
    draws: int = Field(default=1_000, ge=100, le=100_000, description="Draws from what is believed, per batch.")
    control: float = Field(default=0.02, ge=0, le=0.5, description="Share of people for whom no play is ever done.")
    holdout_floor: float = Field(default=0.05, gt=0, le=0.9, description="Held out of a play that surely does good.")
    sure_at: float = Field(default=0.95, gt=0.5, le=1, description="So sure that it does good, fewer are held out.")
    segment_by: Literal["group", "language", "none"] = "group"
    vulnerable: tuple[str, ...] = Field(default=(), description="Groups of people who are never held out of anything.")
    left: str = Field(default="left", description="The outcome that says that somebody left.")
    left_days: int = Field(default=30, ge=1, description="Days after which a prediction of leaving is judged.")
    care_days: int = Field(default=28, ge=1, description="Days over which fair care is looked at.")
    care_by: Literal["group", "language"] = "group"
    care_least: float = Field(default=0.5, gt=0, lt=1, description="Helped surely less than so often: a plan waits.")
    care_most: float = Field(default=2.0, gt=1, description="Surely more often than so: it is said.")
    look_ahead: int = Field(default=26, ge=1, description="Weeks in which a play must be able to show its effect.")
    pause_at: float = Field(default=0.9, gt=0.5, le=1, description="So sure of harm, a play is paused; 1: never.")
    pause_days: int = Field(default=60, ge=1, description="Days after which a paused play is tried again.")


class ActRules(Record):
    """How messages leave, beside what policies say."""

    approval_days: float = Field(default=7, gt=0, le=90, description="Days after which an approval lapses.")
    canary: int = Field(default=20, ge=0, description="Messages of a new play that go first; 0: all at once.")
    breaker_after: int = Field(default=20, ge=1, description="Attempts that fail in a row before a channel rests.")
    breaker_minutes: float = Field(default=15, gt=0, description="So long it rests; then one message is tried.")
    public_media: tuple[str, ...] = Field(default=("review", "social"), description="Where all can read the answer.")


class TriageRules(Record):
    """What the fast lane may decide; the rest waits for the cycle."""

    tiers: tuple[Literal["safety", "complaint", "friction"], ...] = ("safety", "complaint")


class Schedule(Record):
    """When a flow turns by itself: a cron line or every so many minutes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    flow: Literal["cycle", "triage", "ooda"]
    cron: str | None = None
    every_minutes: int | None = Field(default=None, ge=1)
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _one_clock(self) -> Schedule:
        if (self.cron is None) == (self.every_minutes is None):
            raise ValueError("a schedule has either `cron` or `every_minutes`")
        return self


class ReportRules(Record):
    """Where reports go, and below how many people nothing is told about a group."""

    formats: tuple[Literal["html", "md", "json", "digest"], ...] = ("html", "md", "json")
    quotations: int = Field(default=6, ge=0, le=50)
    min_group: int = Field(default=10, ge=2)


CYCLE_STEPS = ("listen", "understand", "predict", "orient", "decide", "act", "care", "learn", "themes",
               "report")  # fmt: skip
TRIAGE_STEPS = ("listen", "understand", "predict", "decide", "act", "care")
OODA_STEPS = ("observe", "orient", "verify", "resolve", "assess", "hand_over")


class Steps(Record):
    """The steps of each flow, in order: built-in names, or `module:function` of your own."""

    cycle: tuple[str, ...] = CYCLE_STEPS
    triage: tuple[str, ...] = TRIAGE_STEPS
    ooda: tuple[str, ...] = OODA_STEPS


class Settings(Record):
    """The whole configuration of a project folder."""

    project: Path = Path()
    config_hash: str = ""

    brand: Brand
    competitors: tuple[str, ...] = ()
    journey: tuple[Stage, ...] = ()
    topics: tuple[TopicRule, ...] = ()
    segments: tuple[str, ...] = ()

    sources: Annotated[tuple[InstanceOf[Source], ...], _refs("source")]
    people: Annotated[tuple[InstanceOf[PersonSource], ...], _refs("person_source")] = ()
    signals: Annotated[tuple[InstanceOf[SignalSource], ...], _refs("signal_source")] = ()
    measures: Annotated[tuple[InstanceOf[MeasureSource], ...], _refs("measure_source")] = ()
    outcomes: Annotated[tuple[InstanceOf[OutcomeSource], ...], _refs("outcome_source")] = ()
    analyzer: Annotated[InstanceOf[Analyzer], _ref("analyzer")]
    predictors: Annotated[tuple[InstanceOf[Predictor], ...], _refs("predictor")] = ()
    benchmarks: Annotated[tuple[InstanceOf[BenchmarkProvider], ...], _refs("benchmark")] = ()
    policies: Annotated[tuple[InstanceOf[Policy], ...], _refs("policy")] = ()
    channels: Annotated[tuple[InstanceOf[Channel], ...], _refs("channel")] = ()

    plays: tuple[Play, ...] = ()
    limits: Limits = Limits()
    orient: OrientRules = OrientRules()
    ooda: LoopRules = LoopRules()
    assessment: tuple[Assessment, ...] = ()
    learn: LearnRules = LearnRules()
    care: CareRules = CareRules()
    act: ActRules = ActRules()
    triage: TriageRules = TriageRules()
    schedules: tuple[Schedule, ...] = ()
    report: ReportRules = ReportRules()
    steps: Steps = Steps()
    locked: tuple[str, ...] = ()
    seed: int = 1
    batch_size: int = Field(default=10_000, ge=1, le=100_000)
    workers: int = Field(default=1, ge=1, le=64, description="Processes that share a step which can be divided.")

    @model_validator(mode="after")
    def _names_fit(self) -> Settings:
        _unique("source", [plugin.id for plugin in self.heard()])
        _unique("play", [play.name for play in self.plays])
        _unique("channel", [channel.id for channel in self.channels])
        _unique("topic", [rule.topic for rule in self.topics])
        channels = {channel.id for channel in self.channels}
        for play in self.plays:
            if play.channel not in channels:
                raise ValueError(f"play {play.name!r} wants channel {play.channel!r}; there is {sorted(channels)}")
            parse_condition(play.when, CONDITION_FIELDS)
        for channel in self.limits.channels:
            if channel not in channels:
                raise ValueError(f"limits name channel {channel!r}; there is {sorted(channels)}")
        return self

    def heard(self) -> tuple[Source | PersonSource | SignalSource | OutcomeSource | MeasureSource, ...]:
        """Return all that is listened to, in the order in which it is heard."""
        return (*self.people, *self.sources, *self.signals, *self.outcomes, *self.measures)

    def owner_of(self, touchpoint: str | None) -> str:
        """Return who answers for a touchpoint; what nobody owns goes to the CX team."""
        owners = {point.name: point.owner for stage in self.journey for point in stage.touchpoints}
        return owners.get(touchpoint or "", "CX team")

    def play(self, name: str) -> Play | None:
        """Return the play of that name, if it is still in the catalogue."""
        return next((play for play in self.plays if play.name == name), None)


class Overlay(Record):
    """Settings that OODA laid over the YAML, in force for this cycle, and the ids of the rows they come from."""

    focus_topics: tuple[str, ...] = ()
    disabled_plays: tuple[str, ...] = ()
    weights: dict[str, float] = Field(default_factory=dict)
    sources: dict[str, str] = Field(default_factory=dict)


def overlay(rows: Sequence[Setting], locked: tuple[str, ...]) -> Overlay:
    """Lay settings, oldest first, over each other; names under `locked:` stay as they are in the YAML."""
    latest = {row.name: row for row in rows if row.name not in locked}
    focus = latest["focus.topics"].value if "focus.topics" in latest else []
    weights = {_play(n): float(s.value) for n, s in latest.items() if n.endswith(".weight") and _is_number(s.value)}
    disabled = sorted(_play(n) for n, s in latest.items() if n.endswith(".enabled") and s.value is False)
    return Overlay(
        focus_topics=tuple(str(topic) for topic in focus) if isinstance(focus, list) else (),
        disabled_plays=tuple(disabled),
        weights=weights,
        sources={name: row.id for name, row in latest.items()},
    )


def _play(name: str) -> str:
    return name.split(".")[1]


def _is_number(value: JsonValue) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def zone_of(settings: Settings) -> ZoneInfo:
    """Return the zone of the brand's days."""
    return ZoneInfo(settings.brand.zone)


def _unique(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what} {twice[0]!r} stands there twice; names must differ")
