"""Choosing for everybody who waits: tiers, policies, then by lot among what is left, with chances that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flywheel.decide.arbitration import Arbitration
from flywheel.decide.decided import by_lot, decided_for
from flywheel.decide.ground import Choice, Ground
from flywheel.decide.judged import Judged, Open
from flywheel.domain.play import MERCY_TIERS, TIERS, Candidate, Decision, Play, Proposal, Verdict

SILENCE = "silence: what fits is believed to do no good"
_SILENCED = "silence: what fits is switched off, or believed to do no good"


def choose(candidates: Sequence[Candidate], ground: Ground) -> Choice:
    """Decide for each candidate; policies judge every play that could be chosen, then one of those allowed is."""
    choice = Choice()
    plays = {play.name: play for play in ground.plays}
    arbitration, oldest = Arbitration(plays, ground.beliefs), _oldest(ground)
    waiting: list[tuple[Candidate, list[Proposal]]] = []
    for candidate in candidates:
        fitting = _in_force(candidate, plays)
        current = _in_time(fitting, plays, oldest, choice.withheld)
        proposals = arbitration.propose(current)
        if _waits_for_the_cycle(current, proposals, plays, ground):
            choice.withheld["waits for the cycle"] += 1
            continue
        choice.settled.append(candidate.view.person.id)
        if fitting.fits and not current.fits:
            continue  # told as old news
        _count_withheld(current, proposals, plays, choice.withheld)
        if proposals:
            waiting.append((current, proposals))
    for (candidate, _), judged in zip(waiting, _judged(waiting, ground), strict=True):
        decision = decided_for(candidate, judged, ground)
        _keep(candidate, decision, choice)
        if ground.scarce and decision is not None and decision.status != "blocked":
            choice.open.append(Open(candidate, tuple(judged), decision, by_lot(candidate, decision, ground)))
    choice.decisions.sort(key=lambda one: one.id)
    return choice


def judged_now(candidates: Sequence[Candidate], ground: Ground) -> list[tuple[Candidate, list[Judged]]]:
    """Return what could be proposed to each candidate and what every policy says of it; nothing is picked."""
    plays = {play.name: play for play in ground.plays}
    arbitration, late, oldest = Arbitration(plays, ground.beliefs), Counter[str](), _oldest(ground)
    current = [_in_time(_in_force(one, plays), plays, oldest, late) for one in candidates]
    proposed = [(one, arbitration.propose(one)) for one in current]
    return [(one, judged) for (one, _), judged in zip(proposed, _judged(proposed, ground), strict=True)]


def pass_over(choice: Choice, *, late: Sequence[str], unfitted: Sequence[str], ground: Ground) -> None:
    """Count persons of whom it is known without looking closer that no play is for them, as `choose` would."""
    counts = {"old news": len(late)}
    if ground.tiers == TIERS:
        choice.settled += [*late, *unfitted]
        counts["no play fits"] = len(unfitted)
    else:
        counts["waits for the cycle"] = len(late) + len(unfitted)
    choice.withheld += Counter(counts)


def _in_force(candidate: Candidate, plays: dict[str, Play]) -> Candidate:
    """Tell the plays that fit from those that would, had no setting switched them off."""
    off = tuple(name for name in candidate.fits if name not in plays)
    if not off:
        return candidate
    fits = tuple(name for name in candidate.fits if name in plays)
    return Candidate.model_construct(view=candidate.view, fits=fits, off=off)


def _oldest(ground: Ground) -> dict[str, datetime]:
    """Return, per play, the moment up to which an occasion is too old for it (as `expires` says it of one occasion)."""
    return {play.name: ground.now - timedelta(days=play.not_after_days) for play in ground.plays}


def _in_time(
    candidate: Candidate, plays: dict[str, Play], oldest: dict[str, datetime], withheld: Counter[str]
) -> Candidate:
    """Leave out plays whose time has passed, and those of lower tiers: a need that is past is no occasion to sell."""
    occasion = candidate.view.occasion
    late = {name for name in candidate.fits if not occasion or occasion.at <= oldest[name]}
    if not late:
        return candidate
    withheld["old news"] += 1
    need = min(TIERS.index(plays[name].tier) for name in late)
    fits = tuple(name for name in candidate.fits if name not in late and TIERS.index(plays[name].tier) <= need)
    return Candidate.model_construct(view=candidate.view, fits=fits, off=candidate.off)


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
        withheld["what fits is switched off" if candidate.off else "no play fits"] += 1
    elif proposals and proposals[0].play.tier != "offer" and any(plays[one].tier == "offer" for one in candidate.fits):
        withheld["offer withheld: help comes first"] += 1


def _judged(waiting: Sequence[tuple[Candidate, list[Proposal]]], ground: Ground) -> list[list[Judged]]:
    """Let every policy judge every play of everybody in one batch: so the chances are of what is really allowed."""
    plays = [one.play for _, proposals in waiting for one in proposals]
    views = [candidate.view for candidate, proposals in waiting for _ in proposals]
    spoken = [policy.judge_batch(plays, views, ground.now) for policy in ground.policies]
    by_proposal = iter(zip(*spoken, strict=True) if spoken else [()] * len(plays))
    return [
        [Judged.of(one, (*next(by_proposal), *_approval(one.play, ground))) for one in proposals]
        for _, proposals in waiting
    ]


def _approval(play: Play, ground: Ground) -> Iterator[Verdict]:
    if play.approval == "required":
        reason = f"{play.name} goes out only when a person has approved it"
        yield Verdict(policy="approval", ruling="review", reason=reason)
    if ground.review and play.tier not in MERCY_TIERS:
        yield Verdict(policy="fair_care", ruling="review", reason=ground.review)
    if play.name in ground.objected:
        yield ground.objected[play.name]


def _keep(candidate: Candidate, decision: Decision | None, choice: Choice) -> None:
    if decision is None:
        choice.withheld[_SILENCED if candidate.off else SILENCE] += 1
        return
    choice.decisions.append(decision)
    if decision.status == "blocked":
        choice.withheld["; ".join(one.reason for one in decision.verdicts if one.ruling == "block")] += 1
