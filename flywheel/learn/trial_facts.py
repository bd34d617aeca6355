"""What a trial is made of: its rows as columns, the plan, and the analysis as it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.outcome import EffectVerdict
from flywheel.domain.record import Record
from flywheel.learn.means import Floats

Ints = NDArray[np.integer[Any]]
Kind = Literal["proportion", "mean"]

TUNED_TO = 5_000
"""The number of people at which the anytime interval is narrowest for its n (GrowthBook's default)."""


class Metric(NamedTuple):
    """One metric as a column: 0 and 1 for a proportion, numbers for a mean, nan where nothing can be read."""

    name: str
    kind: Kind
    values: Floats
    empty: int = 0
    unreadable: int = 0


class Labels(NamedTuple):
    """A column of names: the place of each row's name among `names`; -1 where a cell is empty."""

    codes: Ints
    names: tuple[str, ...]


class Repeated(NamedTuple):
    """A column that numbers people, and how many rows have the number of an earlier one."""

    column: str
    rows: int


class TrialData(NamedTuple):
    """A trial's rows as columns, one row a person; equal rows are different people."""

    arms: Labels
    metrics: Sequence[Metric]
    segments: Mapping[str, Labels]
    propensity: Floats | None = None
    before: Floats | None = None
    left_out: Mapping[str, int] = MappingProxyType({})
    """Rows that cannot be analysed at all, by reason."""
    unit: str | None = None
    """The column by which rows were put together before, where a row was no person."""
    repeated: Repeated | None = None
    """Where rows look like several of one person, and nobody said so."""


class TrialPlan(Record):
    """What was meant: which arm is the control, who decided, the planned shares (in the order of the arms' names)."""

    control: str
    randomised: bool = False
    margin: float | None = None
    shares: tuple[float, ...] | None = None
    tuned_to: int = TUNED_TO
    seed: int = 1


class ArmValue(Record):
    """An arm's people and their share or mean."""

    arm: str
    n: int
    value: float


class ArmEffect(ArmValue):
    """An arm beside its control; `seen_with` is the smallest effect that so many people would probably have shown."""

    effect: float
    low: float | None
    high: float | None
    anytime_low: float | None
    anytime_high: float | None
    verdict: EffectVerdict | None
    reason: str
    relative: float | None
    relative_low: float | None
    relative_high: float | None
    p: float
    p_holm: float
    seen_with: float | None


class SegmentEffect(Record):
    """One arm's effect in one segment, drawn towards the mean of all segments; `measured` is without that."""

    segment: str
    value: str
    arm: str
    n: int
    n_control: int
    measured: float
    effect: float
    low: float
    high: float


class Trial(Record):
    """The analysis of one metric."""

    metric: str
    kind: Kind
    control: ArmValue
    arms: list[ArmEffect]
    sample_ratio_p: float
    causal: bool
    notes: list[str]
    segments: list[SegmentEffect]
