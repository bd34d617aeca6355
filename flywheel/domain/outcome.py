"""What happened to people afterwards, what an action changed, and what we learned from it."""

from __future__ import annotations

from typing import Literal

from pydantic import FiniteFloat

from flywheel.domain.record import Moment, Record

EffectVerdict = Literal["works", "harms", "no difference", "cannot tell"]


class Outcome(Record):
    """Something that happened to one person; `person` is the source's own id and never stored as such."""

    person: str
    metric: str
    value: FiniteFloat
    happened_at: Moment
    external_id: str | None = None


class Lift(Record):
    """What a play changed against its holdout; `effect` is treated - control: of shares, or of means of an amount."""

    id: str
    cycle_id: str
    play: str
    variant: str
    segment: str
    metric: str
    n_treated: int
    n_control: int
    treated: float
    control: float
    effect: float
    low: float
    high: float
    anytime_low: float
    anytime_high: float
    verdict: EffectVerdict
    reason: str
    kind: Literal["happened", "amount"] = "happened"


class Learning(Record):
    """One thing learned and what it changes: the next cycle reads `after` and its decisions name this id."""

    id: str
    cycle_id: str
    subject: str
    statement: str
    effect: float
    low: float
    high: float
    n: int
    change: str
    before: float
    after: float


class LearnedEffect(Record):
    """The believed effect of a play, -1..1 (points of probability), and the learnings it rests on."""

    play: str
    mean: float
    sd: float
    learning_id: str | None = None


AppraisalVerdict = Literal["good", "watch", "past", "wrong", "cannot tell", "said"]


class Appraisal(Record):
    """One figure by which the wheel itself is judged; `subject` says what of it, as in `prediction:churn`.

    `good` holds what it should; `watch` may be chance; `past` lies surely beyond its limit; `wrong` was believed and
    is refuted; `said` is a figure that nobody judges.
    """

    id: str
    cycle_id: str
    subject: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int
    verdict: AppraisalVerdict
    statement: str
