"""Arbitration inside a tier: P x C x V x L, with the incremental probability that a play helps."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import TIERS, Candidate, Factors, Play, Proposal
from flywheel.domain.record import Record

_URGENT = {"high": 1.5, "raised": 1.2}
"""Context: who needs an answer now counts more (weights in percent become 1 + sum / 100, as in Pega's arbitration)."""


class Beliefs(Record):
    """What choosing rests on besides the person: believed effects, focus topics, and where both come from."""

    effects: dict[str, LearnedEffect]
    focus_topics: tuple[str, ...] = ()
    focus_lever: float = 1.0
    settings: dict[str, str] = Field(default_factory=dict)


def propose(candidate: Candidate, plays: Mapping[str, Play], beliefs: Beliefs) -> list[Proposal]:
    """Return the fitting plays of the highest tier that applies, best first; need comes before sale at any score."""
    proposals = [_proposal(candidate, play, beliefs) for play in _of_highest_tier(candidate, plays)]
    return sorted(proposals, key=lambda one: (-one.factors.priority, one.play.name))


def weight_of(candidate: Candidate, play: Play, beliefs: Beliefs) -> float:
    """Return what an effect of the play counts for this person: context x value x lever."""
    occasion = candidate.view.occasion
    context = _URGENT.get((occasion.urgency if occasion else "") or "", 1.0)
    return context * play.value * _lever(candidate, play, beliefs)


def _of_highest_tier(candidate: Candidate, plays: Mapping[str, Play]) -> list[Play]:
    fitting = [plays[name] for name in candidate.fits]
    tier = min((play.tier for play in fitting), key=TIERS.index, default=None)
    return [play for play in fitting if play.tier == tier]


def _proposal(candidate: Candidate, play: Play, beliefs: Beliefs) -> Proposal:
    effect = beliefs.effects[play.name]
    focus = "focus.topics" in beliefs.settings and _in_focus(candidate, play, beliefs)
    settings = [beliefs.settings["focus.topics"]] if focus else []
    moved = f"plays.{play.name}.weight"
    settings += [beliefs.settings[moved]] if moved in beliefs.settings else []
    return Proposal.model_construct(  # of records of our own: to check each play again for each person takes its time
        person_id=candidate.view.person.id, play=play, factors=_factors(candidate, play, beliefs),
        learnings=(effect.learning_id,) if effect.learning_id else (), settings=tuple(settings),
    )  # fmt: skip


def _factors(candidate: Candidate, play: Play, beliefs: Beliefs) -> Factors:
    occasion = candidate.view.occasion
    return Factors(
        propensity=max(beliefs.effects[play.name].mean, 0.0),
        context=_URGENT.get((occasion.urgency if occasion else "") or "", 1.0), value=play.value,
        lever=_lever(candidate, play, beliefs),
    )  # fmt: skip


def _lever(candidate: Candidate, play: Play, beliefs: Beliefs) -> float:
    return play.weight * (beliefs.focus_lever if _in_focus(candidate, play, beliefs) else 1.0)


def _in_focus(candidate: Candidate, play: Play, beliefs: Beliefs) -> bool:
    occasion = candidate.view.occasion
    topics = occasion.topics if occasion else ()
    return any(topic in beliefs.focus_topics and topic in play.addresses for topic in topics)
