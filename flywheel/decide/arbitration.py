"""Arbitration inside a tier: P x C x V x L, with the incremental probability that a play helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field

from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import TIERS, Candidate, Factors, Play, Proposal
from flywheel.domain.record import Record

_URGENT = {"high": 1.5, "raised": 1.2}
"""Context: who needs an answer now counts more (weights in percent become 1 + sum / 100, as in Pega's arbitration)."""


_RANK = {tier: rank for rank, tier in enumerate(TIERS)}


class Beliefs(Record):
    """What choosing rests on besides the person: believed effects, focus topics, and where both come from."""

    effects: dict[str, LearnedEffect]
    focus_topics: tuple[str, ...] = ()
    focus_lever: float = 1.0
    settings: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arbitration:
    """What may be proposed to people; those who are alike in all that counts are looked at once."""

    plays: Mapping[str, Play]
    beliefs: Beliefs
    _known: dict[tuple[tuple[str, ...], str | None, tuple[str, ...]], list[Proposal]] = field(default_factory=dict)

    def propose(self, candidate: Candidate) -> list[Proposal]:
        """Return the fitting plays of the highest tier that applies, best first; need before sale at any score."""
        names = self._of_highest_tier(candidate.fits)
        occasion = candidate.view.occasion
        topics = occasion.topics if occasion and self.beliefs.focus_topics else ()
        alike = (names, occasion.urgency if occasion else None, topics)
        if alike not in self._known:
            proposals = [_proposal(candidate, self.plays[name], self.beliefs) for name in names]
            self._known[alike] = sorted(proposals, key=lambda one: (-one.factors.priority, one.play.name))
        return self._known[alike]

    def _of_highest_tier(self, names: tuple[str, ...]) -> tuple[str, ...]:
        ranks = [_RANK[self.plays[name].tier] for name in names]
        highest = min(ranks, default=0)
        return tuple(name for name, rank in zip(names, ranks, strict=True) if rank == highest)


def weight_of(candidate: Candidate, play: Play, beliefs: Beliefs) -> float:
    """Return what an effect of the play counts for this person: context x value x lever."""
    occasion = candidate.view.occasion
    context = _URGENT.get((occasion.urgency if occasion else "") or "", 1.0)
    return context * play.value * _lever(candidate, play, beliefs)


def _proposal(candidate: Candidate, play: Play, beliefs: Beliefs) -> Proposal:
    effect = beliefs.effects[play.name]
    focus = "focus.topics" in beliefs.settings and _in_focus(candidate, play, beliefs)
    settings = [beliefs.settings["focus.topics"]] if focus else []
    moved = f"plays.{play.name}.weight"
    settings += [beliefs.settings[moved]] if moved in beliefs.settings else []
    return Proposal.model_construct(  # of records of our own: to check each play again for each person takes its time
        play=play, factors=_factors(candidate, play, beliefs),
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
