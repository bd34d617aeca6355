"""Arbitration inside a tier: P x C x V x L, with the incremental probability that a play helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    """Return the fitting plays of the highest tier that applies, best first; need comes before sale at any score.

    A play that is believed to do no good is not proposed: silence is better.
    """
    fitting = [plays[name] for name in candidate.fits]
    if not fitting:
        return []
    tier = min((play.tier for play in fitting), key=TIERS.index)
    proposals = [_proposal(candidate, play, beliefs) for play in fitting if play.tier == tier]
    helpful = [one for one in proposals if one.factors.priority > 0]
    return sorted(helpful, key=lambda one: (-one.factors.priority, one.play.name))


def best(candidate: Candidate, plays: Mapping[str, Play], beliefs: Beliefs) -> str | None:
    """Return the name of the play that would be chosen, before policies; None for silence."""
    proposals = propose(candidate, plays, beliefs)
    return proposals[0].play.name if proposals else None


def _proposal(candidate: Candidate, play: Play, beliefs: Beliefs) -> Proposal:
    effect = beliefs.effects[play.name]
    occasion = candidate.view.occasion
    topics: Sequence[str] = occasion.topics if occasion else ()
    in_focus = [topic for topic in topics if topic in beliefs.focus_topics and topic in play.addresses]
    lever = play.weight * (beliefs.focus_lever if in_focus else 1.0)
    settings = [beliefs.settings["focus.topics"]] if in_focus and "focus.topics" in beliefs.settings else []
    moved = f"plays.{play.name}.weight"
    settings += [beliefs.settings[moved]] if moved in beliefs.settings else []
    return Proposal(
        person_id=candidate.view.person.id, play=play,
        factors=Factors(
            propensity=max(effect.mean, 0.0), context=_URGENT.get((occasion.urgency if occasion else "") or "", 1.0),
            value=play.value, lever=lever,
        ),
        learnings=(effect.learning_id,) if effect.learning_id else (), settings=tuple(settings),
    )  # fmt: skip
