"""The inner loop's register: who needs an answer, who had to ask again, who came back, and who is well again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flywheel.domain.care import (
    MACHINE,
    CareRules,
    Case,
    CaseEvent,
    CaseEventKind,
    CaseStatus,
    Heard,
    Need,
    StandingCase,
)
from flywheel.domain.ids import content_id
from flywheel.domain.play import MERCY_TIERS

_IN_NEED = frozenset({"hardship", "legal or safety"})
_LEAVING = frozenset({"threat to leave", "gone"})


@dataclass(slots=True)
class Register:
    """What a turn writes into the register."""

    opened: list[Case] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)


@dataclass(slots=True)
class _Stands:
    id: str
    status: CaseStatus
    since: datetime


def need_of(said: Heard) -> Need | None:
    """Return why somebody needs an answer, or None where they do not: need first, then a human's ruling."""
    if said.tier == "safety" or said.intent in _IN_NEED or said.urgency == "high":
        return "safety"
    if said.tier in MERCY_TIERS or said.intent in _LEAVING or (said.intent == "complaint" and said.unhappy):
        return "complaint"
    return "review" if said.ruling == "review" else None


def register(
    heard: Sequence[Heard],
    standing: Mapping[str, StandingCase],
    rules: CareRules,
    owner_of: Callable[[str], str],
    cycle_id: str,
) -> Register:
    """Return what opens, comes back or has recovered by what was said, in its order; `standing` is by person.

    Whoever waits and says it again does not open a second case: there is one owner and one clock.
    """
    written = Register()
    now = {person: _Stands(one.id, one.status, one.since) for person, one in standing.items()}
    for said in sorted(heard, key=lambda one: (one.at, one.feedback_id)):
        stands = now.get(said.person_id)
        need = need_of(said)
        if stands and said.at <= stands.since:
            continue  # told already, or older than how the case stands
        if stands and stands.status != "open" and said.at > stands.since + timedelta(days=rules.reopen_days):
            stands = None
        if stands is None:
            if need is not None:
                opened = _opened(said, need, rules, owner_of, cycle_id)
                written.opened.append(opened)
                now[said.person_id] = _Stands(opened.id, "open", said.at)
        elif kind := _what_happened(stands, said, need):
            written.events.append(_event(stands.id, said, kind, rules, cycle_id, need))
            now[said.person_id] = _Stands(stands.id, _after(kind), said.at)
    return written


def escalations(overdue: Sequence[StandingCase], rules: CareRules, now: datetime, cycle_id: str) -> list[CaseEvent]:
    """Return that these cases go to whoever hears of what is overdue, once per clock."""
    return [
        CaseEvent(
            id=content_id("care_event", one.id, "escalated", one.due.isoformat()), case_id=one.id, cycle_id=cycle_id,
            kind="escalated", actor=MACHINE, reason=f"to {rules.escalate_to}: overdue since {one.due:%Y-%m-%d %H:%M}",
            at=now,
        )
        for one in overdue
    ]  # fmt: skip


def _opened(said: Heard, need: Need, rules: CareRules, owner_of: Callable[[str], str], cycle_id: str) -> Case:
    return Case(
        id=content_id("case", said.person_id, said.feedback_id), person_id=said.person_id, occasion=said.feedback_id,
        cycle_id=cycle_id, need=need, touchpoint=said.touchpoint, owner=owner_of(said.touchpoint), reason=_why(said),
        opened_at=said.at, due=said.at + _time_for(need, rules),
    )  # fmt: skip


def _why(said: Heard) -> str:
    words = said.intent if said.intent not in (None, "none", "praise") else "unhappy" if said.unhappy else "said"
    urgency = f", urgency {said.urgency}" if said.urgency in ("high", "raised") else ""
    times = f", complaint {said.complaints_90d} in 90 days" if said.complaints_90d > 1 else ""
    human = "; a human answers" if said.ruling == "review" else ""
    return f"{words}{urgency}{times}{human}"


def _what_happened(stands: _Stands, said: Heard, need: Need | None) -> CaseEventKind | None:
    if stands.status == "open":
        return "again" if need else None
    if need or said.unhappy:
        return "reopened"
    return "recovered" if said.read and stands.status != "recovered" else None


def _after(kind: CaseEventKind) -> CaseStatus:
    return "recovered" if kind == "recovered" else "open"


def _event(
    case: str, said: Heard, kind: CaseEventKind, rules: CareRules, cycle_id: str, need: Need | None
) -> CaseEvent:
    due = said.at + _time_for(need or "complaint", rules) if kind == "reopened" else None
    reason = "what they said next was not unhappy" if kind == "recovered" else _why(said)
    return CaseEvent(
        id=content_id("care_event", case, kind, said.feedback_id), case_id=case, cycle_id=cycle_id, kind=kind,
        actor=MACHINE, reason=reason, at=said.at, due=due,
    )  # fmt: skip


def _time_for(need: Need, rules: CareRules) -> timedelta:
    return timedelta(hours=rules.safety_hours if need == "safety" else rules.answer_hours)
