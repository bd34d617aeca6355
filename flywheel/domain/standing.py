"""Measures of a brand, and where we stand beside a peer on each."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Moment, Record

Basis = Literal["survey", "text", "table"]
MeasureUnit = Literal["share", "points", "score", "number"]
"""A share is 0..1, points are NPS's -100..100, a score is the mean of answers on a scale, a number is anything else."""
StandingVerdict = Literal["ahead", "behind", "level", "cannot tell"]


class Measure(Record):
    """One figure about one brand, ours and theirs alike; aggregates are never turned into fake feedback.

    `value` is in the measure's own unit; `sd` is per answer, None where nobody published it; `span` is the length of a
    score's scale. Of a figure that was read from texts, `reader_sd` is how far the reader's own errors move the figure
    of one brand (standard deviation), and `dilution` how much of a true difference it still shows (1: all of it).
    `source` is the id of the table that tells it, '' for what we hear ourselves; `heard_on` are the media of texts.
    """

    brand: str
    voice: Voice
    measure: str
    value: float
    n: int | None
    sd: float | None
    basis: Basis
    higher_is_better: bool
    as_of: Moment
    provenance: str
    unit: MeasureUnit = "number"
    span: float | None = None
    source: str = ""
    reader_sd: float = 0.0
    dilution: float = 1.0
    heard_on: tuple[str, ...] = ()


class Standing(Record):
    """Our figure beside a peer's: `gap` = own - theirs with its 95 % interval, and what may be said of it.

    `provenance` is where their figure comes from, `age_days` how old the older of the two is.
    """

    id: str
    cycle_id: str
    voice: Voice
    measure: str
    basis: Basis
    brand: str
    peer: str
    own: float
    theirs: float
    gap: float
    low: float | None
    high: float | None
    n_own: int | None
    n_peer: int | None
    as_of: Moment
    verdict: StandingVerdict
    reason: str
    unit: MeasureUnit = "number"
    provenance: str = ""
    age_days: int = 0
