"""Fair care as the wheel is judged by it: who is helped, held out or waits more often than others, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flywheel.domain.outcome import Appraisal, AppraisalVerdict
from flywheel.learn.appraising import appraisal
from flywheel.learn.care import Counted, GroupCare, fair_care

SUBJECT = "care:"
_WORDS = {"helped": "helped", "held out": "held out", "waiting": "kept waiting"}
_VERDICTS: dict[str, AppraisalVerdict] = {"past": "past", "watch": "watch", "fair": "good"}


def appraised_care(
    cycle_id: str, counts: Mapping[str, Mapping[str, Counted]], *, smallest: int, limits: tuple[float, float]
) -> list[Appraisal]:
    """Return each group's rate over everybody else's, by what was done; groups below `smallest` are not told of."""
    found: list[Appraisal] = []
    for done, groups in counts.items():
        large = {name: one for name, one in groups.items() if one.n >= smallest}
        found += [_told(cycle_id, done, care) for care in fair_care(large, least=limits[0], most=limits[1])]
    return found


def why_review(appraisals: Sequence[Appraisal]) -> str:
    """Return why a plan needs a person's approval: a group is helped surely less than others, past the limit; or ''."""
    past = [one for one in appraisals if one.subject == f"{SUBJECT}helped" and one.verdict == "past" and one.value < 1]
    return past[0].statement if past else ""


def _told(cycle_id: str, done: str, care: GroupCare) -> Appraisal:
    words = (
        f"{care.group}: {_WORDS[done]} {care.ratio:.2f} times as often as others ({care.rate:.0%} of {care.n}; "
        f"95 % {care.low:.2f} to {care.high:.2f})"
    )
    return appraisal(
        cycle_id, (f"{SUBJECT}{done}", care.group), care.ratio, care.n, (_VERDICTS[care.finding], words),
        (care.low, care.high),
    )  # fmt: skip
