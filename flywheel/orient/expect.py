"""What an initiative may change: what earlier ones changed, and what plays about its topic do; or that none did."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import fmean, stdev

from flywheel.domain.distributions import t_quantile
from flywheel.domain.initiative import Expectation, Initiative
from flywheel.domain.outcome import Lift
from flywheel.domain.record import Record

NO_PAST = "no past to learn from"
_LEAST = 0.001
"""What is left of the unhappy mentions is never nothing: a logarithm is taken of it."""


class PlayLift(Record):
    """The newest effect of a play, and the topics that the play is about."""

    lift: Lift
    addresses: tuple[str, ...]


def expectation(topic: str, past: Sequence[Initiative], lifts: Sequence[PlayLift]) -> Expectation:
    """Return what removing a cause may change, from initiatives that were verified or refuted: on this topic, else all.

    Of several, the middle and the interval in which the next one will lie with 95 % (Student's t with their number
    less one, on logarithms; Higgins et al. 2009 for predicting from random effects). Of one, its own interval. Plays
    about the topic are told of where their effect is sure.
    """
    ended = [one for one in past if one.status in ("verified", "refuted") and one.effect is not None]
    same = [one for one in ended if one.topic == topic]
    known, where = (same, f"about {topic}") if same else (ended, "of any topic")
    about = [one.lift for one in lifts if topic in one.addresses and one.lift.verdict != "cannot tell"]
    words = [_told(known, where), *(_lift_words(one) for one in about)]
    effect, low, high = _middle(known)
    return Expectation(
        effect=effect, low=low, high=high, words="; ".join(one for one in words if one) or NO_PAST,
        evidence=(*(one.id for one in known), *(one.id for one in about)),
    )  # fmt: skip


def _middle(known: Sequence[Initiative]) -> tuple[float | None, float | None, float | None]:
    if not known:
        return None, None, None
    if len(known) == 1:
        return known[0].effect, known[0].low, known[0].high
    moved = [log(max(1 + (one.effect or 0.0), _LEAST)) for one in known]
    middle = fmean(moved)
    reach = t_quantile(0.95, len(moved) - 1) * stdev(moved) * sqrt(1 + 1 / len(moved))
    return exp(middle) - 1, exp(middle - reach) - 1, exp(middle + reach) - 1


def _told(known: Sequence[Initiative], where: str) -> str:
    if not known:
        return ""
    verified = sum(one.status == "verified" for one in known)
    return f"{verified} of {len(known)} earlier initiatives {where} were verified"


def _lift_words(lift: Lift) -> str:
    return (
        f"the play {lift.play} about it changes {lift.metric!r} by {100 * lift.effect:+.1f} points "
        f"({100 * lift.low:+.1f} to {100 * lift.high:+.1f}; {lift.verdict})"
    )
