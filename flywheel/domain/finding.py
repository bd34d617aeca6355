"""What orienting found beside standings: measures, gaps, moves, warnings, blind spots, oddities; one fact each."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Record
from flywheel.domain.standing import Basis, MeasureUnit

FindingKind = Literal[
    "measure", "pillar weight", "cx gap", "perception gap", "move", "warning", "blind spot", "elsewhere", "community",
    "oddity",
]  # fmt: skip
FindingVerdict = Literal["", "more", "less", "level", "sure", "perhaps", "cannot tell"]
"""Of a difference: more, less, level or cannot tell. Of a warning: sure over all series together, or perhaps."""


class Finding(Record):
    """One thing that orienting found; `statement` says it in a plain sentence.

    `value` with its 95 % interval is in `unit`; `before` is what it is held against (the period before, what was
    expected, the belief, the raw score). `subject` is what it is about (a measure, a topic, a touchpoint, a pillar),
    `part` the group it holds for ('' for all). `weight` orders findings of a kind, the most important first.
    """

    id: str
    cycle_id: str
    kind: FindingKind
    voice: Voice
    brand: str
    subject: str
    part: str = ""
    basis: Basis
    unit: MeasureUnit
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    before: float | None = None
    verdict: FindingVerdict = ""
    weight: float = 0.0
    statement: str
    evidence: tuple[str, ...] = ()
