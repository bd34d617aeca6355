"""Choosing for everybody who waits: tiers, arbitration, policies, holdout; and why it came out as it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flywheel.decide.arbitration import Beliefs, best, propose
from flywheel.domain.cycle import Mode
from flywheel.domain.ids import content_id
from flywheel.domain.play import (
    MERCY_TIERS,
    TIERS,
    Arm,
    Candidate,
    Decision,
    DecisionStatus,
    Play,
    Proposal,
    Ruling,
    Verdict,
    expires,
)
from flywheel.ports import Policy

_STRICTNESS: tuple[Ruling, ...] = ("allow", "review", "block")


@dataclass(frozen=True)
class Ground:
    """What choosing rests on. `draw(person, play)` gives the number in [0, 1) that says who is held out."""

    cycle_id: str
    now: datetime
    mode: Mode
    plays: tuple[Play, ...]
    policies: tuple[Policy, ...]
    beliefs: Beliefs
    unlearned: Beliefs
    unsettled: Beliefs
    draw: Callable[[str, str], float]
    tiers: tuple[str, ...] = TIERS

    @cached_property
    def learned(self) -> frozenset[str]:
        """The plays of which something else is believed than before anything was learned."""
        before = self.unlearned.effects
        return frozenset(name for name, effect in self.beliefs.effects.items() if effect != before[name])

    @cached_property
    def focused(self) -> frozenset[str]:
        """The topics that OODA set the focus on, or took it from."""
        return frozenset(self.beliefs.focus_topics) ^ frozenset(self.unsettled.focus_topics)


@dataclass(slots=True)
class Choice:
    """What came out: decisions, whose inbox is settled, and what was not done with its reason."""

    decisions: list[Decision] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)


def choose(candidates: Sequence[Candidate], ground: Ground) -> Choice:
    """Decide for each candidate; policies judge in rounds over all of them, the next best play after a block."""
    choice = Choice()
    plays = {play.name: play for play in ground.plays}
    waiting: list[tuple[Candidate, list[Proposal], Decision | None]] = []
    for candidate in candidates:
        current = _in_time(candidate, plays, ground.now, choice.withheld)
        proposals = propose(current, plays, ground.beliefs)
        if _waits_for_the_cycle(current, proposals, plays, ground):
            choice.withheld["waits for the cycle"] += 1
            continue
        choice.settled.append(candidate.view.person.id)
        if candidate.fits and not current.fits:
            continue  # told as old news
        _count_withheld(current, proposals, plays, choice.withheld)
        if proposals:
            waiting.append((current, proposals, None))
    while waiting:
        waiting = _round(waiting, plays, ground, choice)
    choice.decisions.sort(key=lambda one: one.id)
    return choice


def pass_over(choice: Choice, *, late: Sequence[str], unfitted: Sequence[str], ground: Ground) -> None:
    """Count persons of whom it is known without looking closer that no play is for them, as `choose` would."""
    counts = {"old news": len(late)}
    if ground.tiers == TIERS:
        choice.settled += [*late, *unfitted]
        counts["no play fits"] = len(unfitted)
    else:
        counts["waits for the cycle"] = len(late) + len(unfitted)
    choice.withheld += Counter(counts)


def _in_time(candidate: Candidate, plays: dict[str, Play], now: datetime, withheld: Counter[str]) -> Candidate:
    """Leave out plays whose time has passed, and those of lower tiers: a need that is past is no occasion to sell."""
    occasion = candidate.view.occasion
    late = {name for name in candidate.fits if not occasion or expires(plays[name], occasion.at) <= now}
    if not late:
        return candidate
    withheld["old news"] += 1
    need = min(TIERS.index(plays[name].tier) for name in late)
    fits = tuple(name for name in candidate.fits if name not in late and TIERS.index(plays[name].tier) <= need)
    return Candidate.model_construct(view=candidate.view, fits=fits)


def _waits_for_the_cycle(
    candidate: Candidate, proposals: list[Proposal], plays: dict[str, Play], ground: Ground
) -> bool:
    if proposals:
        return proposals[0].play.tier not in ground.tiers
    return ground.tiers != TIERS and not any(plays[name].tier in ground.tiers for name in candidate.fits)


def _count_withheld(
    candidate: Candidate, proposals: list[Proposal], plays: dict[str, Play], withheld: Counter[str]
) -> None:
    if not candidate.fits:
        withheld["no play fits"] += 1
    elif not proposals:
        withheld["silence: what fits is believed to do no good"] += 1
    elif proposals[0].play.tier != "offer" and any(plays[name].tier == "offer" for name in candidate.fits):
        withheld["offer withheld: help comes first"] += 1


def _round(
    waiting: list[tuple[Candidate, list[Proposal], Decision | None]],
    plays: dict[str, Play],
    ground: Ground,
    choice: Choice,
) -> list[tuple[Candidate, list[Proposal], Decision | None]]:
    chosen = [proposals[0].play for _, proposals, _ in waiting]
    views = [candidate.view for candidate, _, _ in waiting]
    spoken = [policy.judge_batch(chosen, views, ground.now) for policy in ground.policies]
    again: list[tuple[Candidate, list[Proposal], Decision | None]] = []
    for at, (candidate, proposals, blocked) in enumerate(waiting):
        verdicts = [*(verdicts[at] for verdicts in spoken), *_approval(proposals[0].play)]
        decision = _decision(candidate, proposals[0], verdicts, plays, ground, blocked)
        if decision.ruling != "block":
            choice.decisions.append(decision)
        elif len(proposals) > 1:
            again.append((candidate, proposals[1:], blocked or decision))
        else:
            final = blocked or decision
            choice.decisions.append(final)
            choice.withheld["; ".join(one.reason for one in final.verdicts if one.ruling == "block")] += 1
    return again


def _approval(play: Play) -> list[Verdict]:
    if play.approval == "none":
        return []
    return [
        Verdict(policy="approval", ruling="review", reason=f"{play.name} goes out only when a person has approved it")
    ]


def _decision(
    candidate: Candidate,
    proposal: Proposal,
    verdicts: list[Verdict],
    plays: dict[str, Play],
    ground: Ground,
    blocked: Decision | None,
) -> Decision:
    play, view = proposal.play, candidate.view
    if view.occasion is None:
        raise ValueError("a decision needs an occasion")
    rulings: list[Ruling] = ["allow", *(one.ruling for one in verdicts)]
    ruling = max(rulings, key=_STRICTNESS.index)
    arm, propensity = _arm(play, view.person.id, ground)
    changed_by, why = _what_changed_it(candidate, plays, ground)
    parts = ("shadow",) if ground.mode == "shadow" else ()
    return Decision(
        id=content_id("decision", view.person.id, view.occasion.feedback_id, play.name, *parts),
        cycle_id=ground.cycle_id, person_id=view.person.id, occasion=view.occasion.feedback_id,
        occasion_at=view.occasion.at, play=play.name, variant=play.variant, tier=play.tier, channel=play.channel,
        purpose=play.purpose, score=round(proposal.factors.priority, 9), propensity=propensity, arm=arm,
        status=_status(ruling, arm, ground.mode), ruling=ruling,
        reasons=(_score_words(proposal), *why, *_after(blocked)),
        verdicts=tuple(verdicts), learnings=proposal.learnings, settings=proposal.settings, changed_by=changed_by,
        decided_at=ground.now, not_before=max((one.not_before for one in verdicts if one.not_before), default=None),
        not_after=expires(play, view.occasion.at),
    )  # fmt: skip


def _arm(play: Play, person_id: str, ground: Ground) -> tuple[Arm, float]:
    """Return the arm and the probability of being in it; people in need are never held out."""
    if play.tier in MERCY_TIERS or play.holdout == 0:
        return "exempt", 1.0
    if ground.draw(person_id, play.name) < play.holdout:
        return "holdout", play.holdout
    return "default", 1 - play.holdout


def _status(ruling: Ruling, arm: Arm, mode: Mode) -> DecisionStatus:
    if ruling == "block":
        return "blocked"
    if arm == "holdout":
        return "held out"
    if ruling == "review":
        return "waiting"
    return "shadow" if mode == "shadow" else "decided"


def _what_changed_it(
    candidate: Candidate, plays: dict[str, Play], ground: Ground
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which learnings and settings made this come out differently, and say so: leave one out, choose again.

    Where nothing was learned of a play that fits, or no topic of the occasion is in focus, leaving it out is the same.
    """
    changed: list[str] = []
    why: list[str] = []
    chosen = best(candidate, plays, ground.beliefs)
    learned = not ground.learned.isdisjoint(candidate.fits)
    if learned and (without := best(candidate, plays, ground.unlearned)) != chosen:
        ids = _decisive_learnings(candidate, plays, ground, chosen)
        changed += ids
        why.append(f"without what was learned: {without or 'silence'} (learning {', '.join(ids)})")
    occasion = candidate.view.occasion
    focused = occasion is not None and not ground.focused.isdisjoint(occasion.topics)
    if focused and (without := best(candidate, plays, ground.unsettled)) != chosen:
        # the two differ in the focus alone; moved weights are part of the plays
        ids = [ground.beliefs.settings["focus.topics"]] if "focus.topics" in ground.beliefs.settings else []
        changed += ids
        why.append(f"without what OODA set: {without or 'silence'} (setting {', '.join(ids)})")
    return tuple(changed), tuple(why)


def _decisive_learnings(candidate: Candidate, plays: dict[str, Play], ground: Ground, chosen: str | None) -> list[str]:
    """Return the learnings without which alone the choice would be another; all of the tier where it takes several."""
    tier = min((plays[name].tier for name in candidate.fits), key=TIERS.index)
    effects, prior = ground.beliefs.effects, ground.unlearned.effects
    learned = {name: effects[name].learning_id for name in candidate.fits if plays[name].tier == tier}

    def without(name: str) -> str | None:
        return best(candidate, plays, ground.beliefs.model_copy(update={"effects": effects | {name: prior[name]}}))

    decisive = [one for name, one in learned.items() if one and without(name) != chosen]
    return decisive or [one for one in learned.values() if one]


def _after(blocked: Decision | None) -> tuple[str, ...]:
    if blocked is None:
        return ()
    said = "; ".join(one.reason for one in blocked.verdicts if one.ruling == "block")
    return (f"{blocked.play} came first and was blocked: {said}",)


def _score_words(proposal: Proposal) -> str:
    f = proposal.factors
    return (
        f"{proposal.play.tier} tier; priority {f.priority:.4f} = believed effect {f.propensity:.4f} "
        f"x context {f.context:g} x value {f.value:g} x lever {f.lever:g}"
    )
