"""The customers' advocate: fixed questions, asked of every play and every planned change, answered from data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Initiative
from flywheel.domain.intervals import newcombe, z_for
from flywheel.domain.objecting import Afterwards, Change, Finding, Objection, Question, Spoken, StandingObjection
from flywheel.domain.outcome import Learning, Lift
from flywheel.domain.play import Play, Verdict

POLICY = "advocate"
LIFE = timedelta(days=90)
_LEAST = 20
"""Fewer people on either side: the data say nothing yet."""
_AFTER: tuple[tuple[Question, str, str], ...] = (
    ("whose effort rises", "effort", "had it hard afterwards"),
    ("which promise breaks", "broken", "saw a promise or expectation broken afterwards"),
    ("what did those who left say", "left", "left afterwards"),
)
_NOW: tuple[tuple[Question, str, str], ...] = (
    ("who is worse off", "unhappy", "are unhappy"),
    ("whose effort rises", "effort", "have it hard"),
    ("which promise breaks", "broken", "see promises or expectations broken"),
)


def challenge_play(play: str, lifts: Sequence[Lift], after: Sequence[Afterwards], plays: int = 1) -> list[Finding]:
    """Ask a play: whom did it harm, and did people who got it have it harder, worse promises, or leave more often?

    Those held out are what they are held against; the intervals hold for all questions to all `plays` together.
    """
    found = [_worse_off(one) for one in lifts if one.play == play]
    arms = {one.arm: one for one in after if one.play == play}
    if set(arms) < {"default", "holdout"}:
        return found
    got, held = arms["default"], arms["holdout"]
    for question, field, words in _AFTER:
        counts = (getattr(got, field), got.n, getattr(held, field), held.n)
        if one := _more_often(question, "those who got it", words, counts, len(_AFTER) * plays):
            found.append(one)
    return found


def challenge_change(change: Change, spoken: Sequence[Spoken], warnings: Iterable[Learning]) -> list[Finding]:
    """Ask a planned change: are those whom it touches worse off already, group by group, and what did leavers say?"""
    found: list[Finding] = []
    asked = len(_NOW) + len({one.group for one in spoken})
    touched, others = _sum([one for one in spoken if one.touched]), _sum([one for one in spoken if not one.touched])
    for question, field, words in _NOW:
        counts = (getattr(touched, field), touched.n, getattr(others, field), others.n)
        one = _more_often(question, "those who speak of it", words, counts, asked)
        if one is not None:
            eased = change.eases and question == "whose effort rises"
            found.append(one.model_copy(update={"objects": one.objects and not eased}))
    found += _by_group(change, [one for one in spoken if one.touched], asked)
    for learning in warnings:
        topic = learning.subject.partition(":")[2]
        if topic in change.topics:
            found.append(_left_over(topic, learning))
    return found


def challenge_initiative(one: Initiative, register: Sequence[Initiative]) -> list[Finding]:
    """Ask an initiative what came of earlier ones on the same cause: were more people unhappy with it afterwards?"""
    earlier = [
        old for old in register if old.id != one.id and (old.topic, old.voice) == (one.topic, one.voice)
    ]  # fmt: skip
    return [
        Finding(
            question="who is worse off", subject=old.id,
            says=f"after initiative {old.id[:12]} on {one.topic}, unhappy mentions changed by {old.effect:+.0%} beside "
                 f"untouched topics ({old.low:+.0%} to {old.high:+.0%})",
            value=old.effect, low=old.low, high=old.high, n=old.evidence_count, objects=old.low > 0,
        )
        for old in earlier
        if old.effect is not None and old.low is not None and old.high is not None
    ]  # fmt: skip


def objections(
    plan: str, findings: Iterable[Finding], standing: Iterable[StandingObjection], cycle_id: str, now: datetime
) -> list[Objection]:
    """Return what is new to be held against a plan; what stands already, answered or not, is not raised again."""
    known = {(one.question, one.subject) for one in standing if one.plan == plan and one.expires > now}
    return [
        Objection(
            id=content_id("objection", plan, one.question, one.subject, now.isoformat()), cycle_id=cycle_id, plan=plan,
            question=one.question, subject=one.subject, finding=one.says, value=one.value, low=one.low, high=one.high,
            n=one.n, raised_at=now, expires=now + LIFE,
        )
        for one in findings
        if one.objects and (one.question, one.subject) not in known
    ]  # fmt: skip


def objected(plays: Sequence[Play], standing: Sequence[StandingObjection], now: datetime) -> dict[str, Verdict]:
    """Return the advocate's verdict on each play that something is held against: open ones wait, accepted ones stop."""
    found: dict[str, Verdict] = {}
    for play in plays:
        theirs = [one for one in standing if one.plan == f"play:{play.name}" and one.expires > now]
        stops = [one for one in theirs if one.state == "accepted"]
        waits = [one for one in theirs if one.state == "open"]
        if stops:
            found[play.name] = Verdict(policy=POLICY, ruling="block", reason=f"the advocate's objection was accepted: "
                                       f"{stops[0].finding}")  # fmt: skip
        elif waits:
            found[play.name] = Verdict(
                policy=POLICY, ruling="review", reason=f"the advocate objects: {waits[0].finding}"
            )
    return found


def _worse_off(lift: Lift) -> Finding:
    where = f" in {lift.segment}" if lift.segment else ""
    interval = f"{lift.anytime_low:+.3f} to {lift.anytime_high:+.3f}"
    says = f"{lift.metric}{where}: {lift.effect:+.3f} ({interval}) against those held out"
    return Finding(
        question="who is worse off", subject=lift.segment or "everybody", says=says, value=lift.effect,
        low=lift.anytime_low, high=lift.anytime_high, n=lift.n_treated + lift.n_control,
        objects=lift.verdict == "harms",
    )  # fmt: skip


def _more_often(
    question: Question, subject: str, words: str, counts: tuple[int, int, int, int], asked: int
) -> Finding | None:
    happened, n, elsewhere, others = counts
    if min(n, others) < _LEAST:
        return None
    difference, low, high = newcombe(happened, n, elsewhere, others, z_for(asked))
    says = (
        f"{subject} {words}: {happened / n:.0%} of {n:,}, others {elsewhere / others:.0%} of {others:,} "
        f"({100 * difference:+.1f} points, {100 * low:+.1f} to {100 * high:+.1f})"
    )
    return Finding(
        question=question,
        subject=subject,
        says=says,
        value=difference,
        low=low,
        high=high,
        n=n + others,
        objects=low > 0,
    )


def _by_group(change: Change, touched: Sequence[Spoken], asked: int) -> list[Finding]:
    found = []
    for group in sorted({one.group for one in touched if one.group}):
        if change.groups and group not in change.groups:
            continue
        own = _sum([one for one in touched if one.group == group])
        rest = _sum([one for one in touched if one.group != group])
        counts = (own.unhappy, own.n, rest.unhappy, rest.n)
        one = _more_often("who is worse off", group, "are unhappy with it", counts, asked)
        if one is not None:
            found.append(one)
    return found


def _left_over(topic: str, learning: Learning) -> Finding:
    says = (
        f"the odds that those who left had spoken of {topic} last are {learning.effect:.1f} times those of people like "
        f"them who stayed ({learning.low:.1f} to {learning.high:.1f})"
    )
    return Finding(
        question="what did those who left say", subject=topic, says=says, value=learning.effect, low=learning.low,
        high=learning.high, n=learning.n, objects=learning.low > 1,
    )  # fmt: skip


def _sum(spoken: Sequence[Spoken]) -> Spoken:
    return Spoken("", touched=True, n=sum(one.n for one in spoken), unhappy=sum(one.unhappy for one in spoken),
                  effort=sum(one.effort for one in spoken), broken=sum(one.broken for one in spoken))  # fmt: skip
