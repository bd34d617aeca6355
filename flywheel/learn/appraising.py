"""How an appraisal of the wheel is made: its id follows from the cycle, what it is about, and the measure."""

from __future__ import annotations

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Appraisal, AppraisalVerdict

Interval = tuple[float | None, float | None]
UNKNOWN: Interval = (None, None)


def appraisal(
    cycle_id: str, about: tuple[str, str], value: float, n: int, told: tuple[AppraisalVerdict, str],
    interval: Interval = UNKNOWN,
) -> Appraisal:  # fmt: skip
    """Return the appraisal of `about` = (subject, measure), with `told` = (verdict, statement)."""
    subject, measure = about
    return Appraisal(
        id=content_id("appraisal", cycle_id, subject, measure), cycle_id=cycle_id, subject=subject, measure=measure,
        value=value, low=interval[0], high=interval[1], n=n, verdict=told[0], statement=told[1],
    )  # fmt: skip
