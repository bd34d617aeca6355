"""The truth about the town, for those who judge the wheel afterwards; the wheel itself never asks."""

from __future__ import annotations

from flywheel.domain.record import Record
from flywheel.town.people import Person, inhabitants
from flywheel.town.plan import OURS, Plan


class Truth(Record):
    """What every play really does, and what every customer of ours really needs."""

    plan: Plan
    needs: dict[str, str]
    habits: dict[str, float]

    def effect(self, play: str, person: str, *, upset: bool = False) -> float:
        """Return what a play adds to a person's chance of a return within three days."""
        return _effect(self.plan, play, self.needs[person], upset=upset)

    def mean_effect(self, play: str, people: list[str] | None = None, *, upset: bool = False) -> float:
        """Return the mean effect of a play over some people, or over all."""
        among = people or list(self.needs)
        return sum(self.effect(play, person, upset=upset) for person in among) / len(among)


def truth_of(plan: Plan, seed: int) -> Truth:
    """Return the truth about the town of a plan and a seed."""
    people = inhabitants(plan, seed, OURS)
    return Truth(plan=plan, needs={p.id: p.need for p in people}, habits={p.id: p.habit for p in people})


def true_effect(plan: Plan, play: str, person: Person, *, upset: bool) -> float:
    """Return what a play does to a person; a play that the town does not know does nothing."""
    return _effect(plan, play, person.need, upset=upset)


def _effect(plan: Plan, play: str, need: str, *, upset: bool) -> float:
    if play in plan.offer_plays and upset:
        return plan.upset_offer
    return plan.effects.get(play, {}).get(need, 0.0)
