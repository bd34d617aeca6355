"""Measures of a brand, and where we stand beside a peer on each."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Moment, Record

Basis = Literal["survey", "text", "table"]
StandingVerdict = Literal["ahead", "behind", "level", "cannot tell"]


class Measure(Record):
    """One figure about one brand, ours and theirs alike; aggregates are never turned into fake feedback.

    `value` is in the measure's own unit (a share is 0..1); `sd` is per answer, None where nobody published it.
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


class Standing(Record):
    """Our figure beside a peer's: `gap` = own - theirs with its 95 % interval, and what may be said of it."""

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
