"""How mature the wheel is, by what it did; and what teams say of the values that no telemetry can count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

from flywheel.domain.initiative import Initiative
from flywheel.domain.loop import VALUES, Assessment, Criterion, EmpathyValue, Observation, Stage
from flywheel.domain.record import Record
from flywheel.domain.standing import Standing

_READABLE = 0.8
_SENT = 0.8
_MEDIA = 2
_HEARD = 100
_LIVED = 3.0
"""The middle of the scale from 1 to 5: below it a value is said to be lived rather not than so."""


class Telemetry(Record):
    """What maturity is told by: what was observed, where we stand, and what became of initiatives."""

    observations: tuple[Observation, ...]
    standings: tuple[Standing, ...]
    initiatives: tuple[Initiative, ...]
    brand_owners: frozenset[str]
    """Owners that the journey names; an initiative that only falls to everybody's team has none of its own."""


def maturity(seen: Telemetry, cycle_id: str) -> list[Criterion]:
    """Return the criteria of the four stages, each with what was counted and what is needed.

    Transactional: what people say is heard, read and scored. Interaction: they are answered, on more than one way.
    Engagement: what helps is measured, changes decisions, and employees are heard too. Empathy: help comes before
    sale, both voices are held beside others, and causes are removed as data show.
    """

    def told(part: Stage, name: str, words: str, value: float, needed: float) -> Criterion:
        return Criterion(
            cycle_id=cycle_id, part=part, name=name, words=words, value=value, needed=needed, met=value >= needed
        )

    return [
        told("transactional", "heard", "texts of our customers in these periods", _sum(seen, "said"), _HEARD),
        told("transactional", "read", "share of all texts that could be read", _readable(seen), _READABLE),
        told("transactional", "scored", "scores that our customers gave", _sum(seen, "scores"), _HEARD),
        told("interaction", "ways", "media on which customers are heard", _most(seen, "media"), _MEDIA),
        told("interaction", "answered", "share of decided messages that were sent", _sent(seen), _SENT),
        told("engagement", "measured", "effects of plays that were sure", _sum(seen, "sure_lifts"), 1),
        told("engagement", "learned", "decisions that something learned or set changed", _sum(seen, "changed"), 1),
        told("engagement", "staff", "texts of our employees", _sum(seen, "said_by_staff"), _HEARD),
        told("engagement", "owned", "causes with an owner of their own", _owned(seen), 1),
        told("empathy", "help first", "offers withheld because help came first", _sum(seen, "offers_withheld"), 1),
        told("empathy", "customers", "sure standings of customers beside others", _sure(seen, "customer"), 1),
        told("empathy", "employees", "sure standings of employees beside others", _sure(seen, "employee"), 1),
        told("empathy", "removed", "causes that data show to be removed", _verified(seen), 1),
    ]


def values(assessments: Sequence[Assessment], today: date, max_age_days: int, cycle_id: str) -> list[Criterion]:
    """Return what teams say of the four values, each the mean over teams; of what nobody says, that nobody does.

    An assessment that is too old, or of a day that is still to come, does not count.
    """
    oldest = today - timedelta(days=max_age_days)
    return [_value(value, [one for one in assessments if oldest <= one.on <= today], cycle_id) for value in VALUES]


def _value(value: EmpathyValue, fresh: Sequence[Assessment], cycle_id: str) -> Criterion:
    said = {one.team: answer for one in fresh if (answer := one.answer(value)) is not None}
    silent = sorted({one.team for one in fresh} - set(said))
    words = "no team has said"
    if said:
        words = f"{len(said)} team{'s'[: len(said) > 1]}, from {min(said.values())} to {max(said.values())}"
        words += f"; not {', '.join(silent)}" if silent else ""
    mean = fmean(said.values()) if said else None
    return Criterion(
        cycle_id=cycle_id, part=value, name="teams", words=words, value=mean, needed=_LIVED,
        met=None if mean is None else mean >= _LIVED,
    )  # fmt: skip


def _sum(seen: Telemetry, name: str) -> int:
    return sum(getattr(one, name) for one in seen.observations)


def _most(seen: Telemetry, name: str) -> int:
    return max((getattr(one, name) for one in seen.observations), default=0)


def _readable(seen: Telemetry) -> float:
    said = _sum(seen, "said") + _sum(seen, "said_by_staff") + _sum(seen, "said_of_peers")
    return _sum(seen, "read") / said if said else 0.0


def _sent(seen: Telemetry) -> float:
    sent = _sum(seen, "sent")
    due = sent + _sum(seen, "unsent")
    return sent / due if due else 0.0


def _owned(seen: Telemetry) -> int:
    return sum(one.owner in seen.brand_owners for one in seen.initiatives)


def _sure(seen: Telemetry, voice: str) -> int:
    return sum(one.voice == voice and one.verdict != "cannot tell" for one in seen.standings)


def _verified(seen: Telemetry) -> int:
    return sum(one.status == "verified" for one in seen.initiatives)
