"""Keeping a whole batch within its limits; what finds no room waits, and is told with its reason.

Those picked by lot compete with their pick, whatever their arm is, so that who is treated and who is held out stay
comparable; what is then left goes to whoever found no room, by any play that may be done for them, outside of every
experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from flywheel.decide.allotment import NOBODY, Wanted, allot
from flywheel.decide.decided import decided_for
from flywheel.decide.ground import Choice, Ground
from flywheel.decide.judged import Open
from flywheel.decide.scarce import Scarce
from flywheel.decide.solver import Floats, Ints
from flywheel.domain.limits import Limits
from flywheel.domain.play import TIERS, Decision, Verdict

POLICY = "limits"
_LEAST = 1e-9


def keep_within(choice: Choice, ground: Ground, known: Scarce, beyond: Limits) -> None:
    """Let decisions of a batch give way where there is no room for all; need comes before sale, then worth decides."""
    people = sorted(choice.open, key=_first_come)
    picked, wanted = wanted_by(people, known)
    if not people or not wanted.binds():
        return
    got = allot(wanted)
    goes = np.array([one.decision.status != "held out" for one in people])
    left = known.room - known.use[got[(got != NOBODY) & goes]].sum(axis=0)
    again = np.flatnonzero((got == NOBODY) & goes)
    anything = _worth([people[at] for at in again], np.full(len(again), NOBODY), known)
    second = allot(Wanted(anything, wanted.tier[again], known.use, left))
    left = left - known.use[second[second != NOBODY]].sum(axis=0)
    exempt = set(again[second != NOBODY].tolist())
    got[again] = second
    kept = {one.decision.id for one in choice.open}
    choice.decisions = [one for one in choice.decisions if one.id not in kept]
    for at, one in enumerate(people):
        if got[at] == NOBODY:
            _without_room(one, f"no room: {_why_not(known, picked[at], left)}", choice, beyond)
        elif got[at] == picked[at] and at not in exempt:
            choice.decisions.append(one.decision)
        else:
            choice.decisions.append(_instead(one, known.plays[got[at]].name, ground))
    choice.decisions.sort(key=lambda one: one.id)


def wanted_by(people: Sequence[Open], known: Scarce) -> tuple[Ints, Wanted]:
    """Return which play was picked for each person, and what each could get."""
    places = {play.name: at for at, play in enumerate(known.plays)}
    picked = np.array([places[one.decision.play] for one in people], np.int64)
    return picked, Wanted(_worth(people, picked, known), _tiers(people), known.use, known.room)


def _first_come(one: Open) -> tuple[datetime, str]:
    return one.decision.occasion_at, one.decision.person_id


def _worth(people: Sequence[Open], picked: Ints, known: Scarce) -> Floats:
    """Return what each play is worth for each person, 0 where it may not be; of lots only what was picked counts."""
    worth = np.zeros((len(people), len(known.plays)))
    places = {play.name: at for at, play in enumerate(known.plays)}
    for at, one in enumerate(people):
        for judged in one.judged:
            place = places[judged.proposal.play.name]
            only_the_pick = one.by_lot and picked[at] not in (NOBODY, place)
            if judged.ruling != "block" and not only_the_pick:
                worth[at, place] = judged.proposal.factors.priority
        if one.by_lot and picked[at] != NOBODY and worth[at, picked[at]] <= 0:
            worth[at, picked[at]] = _LEAST  # chance picked what is not believed to do good: it is being found out
    return worth


def _tiers(people: Sequence[Open]) -> Ints:
    return np.array([TIERS.index(one.decision.tier) for one in people], np.int64)


def _instead(one: Open, play: str, ground: Ground) -> Decision:
    """Return the decision with another play, or with the same one outside of its experiment."""
    judged = next(each for each in one.judged if each.proposal.play.name == play)
    made = decided_for(one.candidate, [judged], replace(ground, allocator=None, holdouts={play: 0.0}, control=0.0))
    if made is None:
        raise ValueError(f"{play} is worth something and is not done")
    words = f"{one.decision.play} found no room at first; this goes out of what others left"
    return made.model_copy(update={"arm": "exempt", "reasons": (*made.reasons, words)})


def _why_not(known: Scarce, play: int, left: Floats) -> str:
    lacking = [words for words, use, room in zip(known.words, known.use[play], left, strict=True) if use > room]
    return "; ".join(lacking) or "others need it more"


def _without_room(one: Open, reason: str, choice: Choice, beyond: Limits) -> None:
    """Keep for a person's word what finds no room, or leave it undecided: then the next turn looks again."""
    if beyond.beyond == "withhold" or one.decision.status == "held out":
        choice.withheld[reason] += 1
        choice.unsettled.add(one.decision.person_id)
        return
    verdict = Verdict(policy=POLICY, ruling="review", reason=reason)
    changes = {"status": "waiting", "ruling": "review", "approvals": max(one.decision.approvals, 1), "arm": "exempt",
               "verdicts": (*one.decision.verdicts, verdict)}  # fmt: skip
    choice.decisions.append(one.decision.model_copy(update=changes))
