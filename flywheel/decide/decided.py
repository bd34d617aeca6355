"""One person's decision: the play picked among those allowed, its arm and chance, and why it came out as it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flywheel.decide.ground import Ground
from flywheel.decide.judged import Judged
from flywheel.decide.mercy import in_need
from flywheel.decide.picking import Lots
from flywheel.decide.what_changed import Pick, what_changed_it
from flywheel.domain.allocation import Option
from flywheel.domain.ids import content_id
from flywheel.domain.play import (
    Arm,
    Candidate,
    Decision,
    DecisionStatus,
    Occasion,
    Play,
    Proposal,
    Ruling,
    expires,
)


class _Lot(NamedTuple):
    """An arm, its chance among those who are not in the control of all plays, and its chance given the play."""

    arm: Arm
    arm_chance: float
    chance: float


def decided_for(candidate: Candidate, judged: Sequence[Judged], ground: Ground) -> Decision | None:
    """Return the decision for a person, given the plays of their tier, best first; None for silence.

    Where every play is blocked, the one that would have been picked is kept: one can see what stood in its way.
    """
    allowed = [one for one in judged if one.ruling != "block"] or judged
    need = in_need(candidate.view, judged[0].proposal.play.tier, ground.vulnerable)
    pick = _pick(candidate, [one.proposal for one in allowed], ground, need=need)
    option, share = pick.made(pick.options)
    if option is None:
        return None
    one = next(one for one in allowed if one.proposal.play.name == option.play)
    lot = _lot(one.proposal.play, candidate.view.person.id, ground, need=need)
    changed_by, why = what_changed_it(candidate, pick, option, ground)
    ranked = ground.ranked(tuple(each.proposal for each in allowed))
    reasons = (_score_words(one.proposal), *ranked, *_chance_words(pick, share), *why, *_after(judged[0], one))
    drawn: dict[str, Any] = {
        "variant": option.variant, "propensity": round(share * lot.chance, 9), "arm_chance": lot.arm_chance,
        "arm": lot.arm, "status": _status(one.ruling, lot.arm, ground), "reasons": reasons, "changed_by": changed_by,
    }  # fmt: skip
    return _made(candidate, one, pick, ground, drawn)


def by_lot(candidate: Candidate, decision: Decision, ground: Ground) -> bool:
    """Return whether chance had a part in a decision: then another one may not take its place in an experiment."""
    need = in_need(candidate.view, decision.tier, ground.vulnerable)
    return (ground.allocator is not None and not need) or decision.status == "held out"


def _pick(candidate: Candidate, proposals: Sequence[Proposal], ground: Ground, *, need: bool) -> Pick:
    view = candidate.view
    options = tuple(
        Option(one.play.name, way, factor)
        for one in proposals
        if (factor := one.factors.weight) > 0
        for way in one.play.ways
    )
    allocator = ground.best if need or ground.allocator is None else ground.allocator
    lots = Lots(view.person.id, view.occasion.feedback_id if view.occasion else "", ground.draw)
    return Pick(allocator, options, ground.known_of(view), lots)


def _lot(play: Play, person_id: str, ground: Ground, *, need: bool) -> _Lot:
    """Return a person's arm: the same all season, and independent between plays; nobody in need is held out."""
    held, control = ground.holdouts.get(play.name, play.holdout), ground.control
    if need or (held == 0 and control == 0):
        return _Lot("exempt", 1.0, 1.0)
    if ground.draw(person_id, "\x1fpolicy") < control:
        return _Lot("control", control, control)
    if ground.draw(person_id, play.name) < held:
        return _Lot("holdout", held, held * (1 - control))
    return _Lot("default", 1 - held, (1 - held) * (1 - control))


def _made(candidate: Candidate, one: Judged, pick: Pick, ground: Ground, drawn: dict[str, Any]) -> Decision:
    """Return the decision: what follows from the play, and what was drawn."""
    play, view, occasion = one.proposal.play, candidate.view, candidate.view.occasion
    if occasion is None:
        raise ValueError("a decision needs an occasion")
    return Decision(
        id=_id(view.person.id, occasion, play, ground), cycle_id=ground.cycle_id, person_id=view.person.id,
        occasion=occasion.feedback_id, occasion_at=occasion.at, play=play.name, tier=play.tier,
        channel=play.channel, purpose=play.purpose, score=round(one.proposal.factors.priority, 9),
        topic=pick.known.topic, segment=pick.known.segment, among=pick.plays, approvals=_approvals(one),
        ruling=one.ruling, verdicts=one.verdicts, learnings=one.proposal.learnings,
        settings=one.proposal.settings, decided_at=ground.now,
        not_before=max((said.not_before for said in one.verdicts if said.not_before), default=None),
        not_after=expires(play, occasion.at), **drawn,
    )  # fmt: skip


def _approvals(one: Judged) -> int:
    if one.ruling != "review":
        return 0
    return max(one.proposal.play.approvals, *(2 if said.second_person else 1 for said in one.verdicts))


def _id(person: str, occasion: Occasion, play: Play, ground: Ground) -> str:
    shadow = ("shadow",) if ground.mode == "shadow" else ()
    return content_id("decision", person, occasion.feedback_id, play.name, *shadow)


def _status(ruling: Ruling, arm: Arm, ground: Ground) -> DecisionStatus:
    if ruling == "block":
        return "blocked"
    if arm in ("holdout", "control"):
        return "held out"
    if ground.mode == "shadow":
        return "shadow"
    return "waiting" if ruling == "review" else "decided"


def _after(best: Judged, chosen: Judged) -> tuple[str, ...]:
    if best is chosen or best.ruling != "block":
        return ()
    said = "; ".join(one.reason for one in best.verdicts if one.ruling == "block")
    return (f"{best.proposal.play.name} came first and was blocked: {said}",)


def _chance_words(pick: Pick, share: float) -> tuple[str, ...]:
    if share == 1:
        return ()
    return (f"picked by lot with a chance of {share:.1%} among {', '.join(pick.plays)} and silence",)


def _score_words(proposal: Proposal) -> str:
    f = proposal.factors
    return (
        f"{proposal.play.tier} tier; priority {f.priority:.4f} = believed effect {f.propensity:.4f} "
        f"x context {f.context:g} x value {f.value:g} x lever {f.lever:g}"
    )
