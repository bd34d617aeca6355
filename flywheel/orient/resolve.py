"""What OODA decides about the wheel itself: which cause gets an owner, and what the next cycle does differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import JsonValue

from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.initiative import ENDED, Initiative, InitiativeStatus, Setting
from flywheel.domain.loop import LoopRules
from flywheel.domain.outcome import Lift
from flywheel.domain.play import Play
from flywheel.domain.record import Record
from flywheel.orient.causes import Cause
from flywheel.orient.expect import PlayLift, expectation

FOCUS, ASK = "focus.topics", "ask.next"
_QUOTED = 5
_RESTING: tuple[InitiativeStatus, ...] = ("abandoned", "verified")


class Register(Record):
    """What initiatives need to know of the house: the register so far, who owns what, what it costs, what plays do."""

    initiatives: tuple[Initiative, ...]
    lifts: tuple[PlayLift, ...]
    costs: dict[str, float]
    voices: dict[str, tuple[str, ...]]
    """Ids of feedback that says it in its own words, by topic."""


class Turn(Record):
    """The turn of the outer loop that decides, and its clock."""

    cycle_id: str
    now: datetime


def new_initiatives(
    causes: Sequence[Cause], register: Register, owner_of: Callable[[str], str], turn: Turn, rules: LoopRules
) -> list[Initiative]:
    """Return initiatives against the weightiest causes, as many as there is attention for.

    A cause has one initiative at a time: what is open, or done and not verified yet, is not opened again; what a person
    abandoned, or what is verified, rests until it would have been due: till then figures look back at the time before.
    """
    going = [one for one in register.initiatives if one.status not in ENDED]
    resting = [one for one in register.initiatives if one.status in _RESTING and one.due > turn.now]
    taken = {(one.voice, one.topic) for one in (*going, *resting)}
    room = rules.most_open - sum(one.status == "open" for one in going)
    fresh = [one for one in causes if (one.voice, one.topic) not in taken]
    return [_initiative(cause, register, owner_of, turn, rules) for cause in fresh[: max(room, 0)]]


def focus_setting(causes: Sequence[Cause], going: Sequence[Initiative], turn: Turn, rules: LoopRules) -> Setting | None:
    """Return the setting that makes the next cycle put plays about open causes first, and those that rise.

    None where nothing asks for it: what was set before then lapses by itself.
    """
    ours = [one for one in going if one.voice == "customer" and one.status in ("open", "done")]
    told = {one.topic: one for one in causes if one.voice == "customer"}
    rising = [one.topic for one in told.values() if any(sign.kind == "rising" for sign in one.signs)]
    topics = list(dict.fromkeys([*(one.topic for one in sorted(ours, key=lambda one: -one.score)), *rising]))
    if not topics:
        return None
    evidence = dict.fromkeys(
        id_
        for topic in topics
        for id_ in (*(one.id for one in ours if one.topic == topic), *(told[topic].evidence if topic in told else ()))
    )
    return _setting(FOCUS, list(topics), "; ".join(_why(told.get(topic), topic) for topic in topics), tuple(evidence),
                    turn, rules)  # fmt: skip


def play_settings(
    lifts: Mapping[str, Sequence[Lift]], plays: Sequence[Play], in_force: Mapping[str, Setting], turn: Turn,
    rules: LoopRules,
) -> list[Setting]:  # fmt: skip
    """Return which plays go off, because every variant of them harms or surely changes nothing, and which go on again.

    `lifts` are the newest of each play. A play that the mercy rule exempts is never measured, so never switched off. A
    switch lapses like every setting: what was off is then tried again.
    """
    found: list[Setting] = []
    for play in plays:
        its = [one for one in lifts.get(play.name, ()) if one.segment == "all" and one.metric == play.metric]
        name = f"plays.{play.name}.enabled"
        before = in_force.get(name)
        off = before is not None and before.value is False
        useless = bool(its) and all(one.verdict in ("harms", "no difference") for one in its)
        works = any(one.verdict == "works" for one in its)
        if play.enabled and useless != off and (useless or works):
            reason = "; ".join(_effect_words(one) for one in its)
            found.append(_setting(name, not useless, reason, tuple(one.id for one in its), turn, rules))
    return found


def ask_setting(blind_spots: Sequence[Finding], turn: Turn, rules: LoopRules) -> Setting | None:
    """Return whom the next cycle is to ask: the groups least heard beside how many they are; None if all are heard."""
    least = list(blind_spots)[: rules.ask_groups]
    if not least:
        return None
    groups = list(dict.fromkeys(f"{one.voice}s: {one.subject} {one.part}" for one in least))
    reason = " ".join(one.statement for one in least)
    return _setting(ASK, list(groups), reason, tuple(one.id for one in least), turn, rules)


def _initiative(
    cause: Cause, register: Register, owner_of: Callable[[str], str], turn: Turn, rules: LoopRules
) -> Initiative:
    before = [one for one in register.initiatives if (one.voice, one.topic) == (cause.voice, cause.topic)]
    expected = expectation(cause.topic, register.initiatives, register.lifts)
    quoted = register.voices.get(cause.topic, ())[:_QUOTED] if cause.voice == "customer" else ()
    return Initiative(
        id=content_id("initiative", cause.voice, cause.topic, str(len(before))), cycle_id=turn.cycle_id,
        voice=cause.voice, topic=cause.topic, touchpoint=cause.touchpoint, cause=_cause_words(cause),
        owner=owner_of(cause.touchpoint), evidence_count=cause.n_negative,
        evidence=tuple(dict.fromkeys((*cause.evidence, *expected.evidence, *(one.id for one in before), *quoted))),
        opened_at=turn.now, due=turn.now + timedelta(days=rules.initiative_days), score=cause.score,
        expected=expected, cost=register.costs.get(cause.touchpoint), doubt=_doubt(rules),
    )  # fmt: skip


def _cause_words(cause: Cause, most_signs: int | None = None) -> str:
    who = "" if cause.voice == "customer" else " of our employees"
    signs = dict.fromkeys(sign.words.rstrip(".").removeprefix(f"{cause.topic}: ") for sign in cause.signs[:most_signs])
    return "; ".join((f"{cause.topic}: {cause.n_negative} of {cause.n} mentions{who} are unhappy", *signs))


def _doubt(rules: LoopRules) -> str:
    return (
        f"It leaves the list when fewer than {rules.cause_floor} mentions in a period are unhappy. The work is refuted "
        f"when unhappy mentions surely fall by less than {rules.worth:.0%} beside topics that nobody worked on, "
        f"{rules.verify_after_days} days or more after it is done."
    )


def _why(cause: Cause | None, topic: str) -> str:
    return f"{topic}: being worked on" if cause is None else _cause_words(cause, most_signs=1)


def _effect_words(lift: Lift) -> str:
    return (
        f"{lift.play} {lift.verdict} ({100 * lift.effect:+.1f} points of {lift.metric!r}, "
        f"{100 * lift.anytime_low:+.1f} to {100 * lift.anytime_high:+.1f})"
    )


def _setting(
    name: str, value: JsonValue, reason: str, evidence: tuple[str, ...], turn: Turn, rules: LoopRules
) -> Setting:
    return Setting(
        id=content_id("setting", turn.cycle_id, name), cycle_id=turn.cycle_id, name=name, value=value, reason=reason,
        evidence=evidence, decided_at=turn.now, expires=turn.now + timedelta(days=rules.setting_days),
    )  # fmt: skip
