"""A brand's customers, day by day: what they live through, what they say about it, and who leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import numpy as np

from flywheel.town.chance import between, dice, uniforms, weighted
from flywheel.town.effects import true_effect
from flywheel.town.events import GRIM, Arrived, Happened, Kind, Reaction, Said
from flywheel.town.people import Person, inhabitants
from flywheel.town.plan import OURS, TALK, Plan

_SOURCES = {
    OURS: {"contact_form": 0.45, "survey": 0.2, "reviews": 0.2, "social": 0.15},
    "": {"reviews": 0.75, "social": 0.25},
}
_KINDS: dict[Kind, float] = {"hardship": 0.02, "refund": 0.05, "leaving": 0.02, "question": 0.10, "neutral": 0.04}
_AFTERMATH_DAYS = 14
"""How long an upset or a help is remembered."""


@dataclass(slots=True)
class Crowd:
    """What a simulated crowd did, oldest day first, and what every message did to them."""

    said: list[Said] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    left: dict[int, datetime] = field(default_factory=dict)
    upset: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    helped: dict[int, datetime] = field(default_factory=dict)


def crowd(plan: Plan, seed: int, brand: str, days: int, messages: Sequence[Arrived] = ()) -> Crowd:
    """Live through some days; equal arguments give equal lives, and later messages change no earlier day."""
    people = inhabitants(plan, seed, brand)
    by_id = {person.id: person for person in people}
    found = Crowd()
    for day in range(days):
        start = plan.start + timedelta(days=day)
        _leave(found, plan, seed, people, day)
        _speak(found, plan, seed, people, day)
        for message in messages:
            if start <= message.at < start + timedelta(days=1) and message.person in by_id:
                _react(found, plan, seed, by_id[message.person], message)
    return found


def _leave(found: Crowd, plan: Plan, seed: int, people: Sequence[Person], day: int) -> None:
    start = plan.start + timedelta(days=day)
    recent = start - timedelta(days=_AFTERMATH_DAYS)
    chance = np.full(len(people), plan.leave_a_day * (1.5 if day >= plan.move_day else 1.0))
    chance[[index for index, times in found.upset.items() if times[-1] >= recent]] *= 6
    chance[[index for index, at in found.helped.items() if at >= recent]] *= 0.3
    for index in np.flatnonzero(uniforms(seed, len(people), "leaves", people[0].brand, day) < chance).tolist():
        if index not in found.left:
            found.left[index] = _moment(plan, day, dice(seed, "left", people[index].id, day))
            found.happened.append(Happened(found.left[index], people[index], "left"))


def _speak(found: Crowd, plan: Plan, seed: int, people: Sequence[Person], day: int) -> None:
    brand = people[0].brand
    weekly = plan.said_a_week if brand == OURS else plan.rivals_say_a_week
    rates = np.array([person.talkative for person in people])
    rates *= plan.loudness(brand, day) * weekly / 7 / rates.sum()
    for index in np.flatnonzero(uniforms(seed, len(people), "speaks", brand, day) < rates).tolist():
        person = people[index]
        roll = dice(seed, "says", person.id, day)
        at = _moment(plan, day, roll)
        if index not in found.left or at < found.left[index]:
            kind, topic = _experience(plan, roll, brand, day)
            source, name = _source(person, kind, roll), f"{person.id}-{day}"
            _note(found, person, Said(at, source, brand, person, kind, topic, person.language, name))


def _experience(plan: Plan, roll: Random, brand: str, day: int) -> tuple[Kind, str]:
    left = roll.random()
    for kind, share in _KINDS.items():
        left -= share
        if left < 0:
            return kind, "refund" if kind == "refund" else ""
    topic = weighted(roll, TALK)
    return ("praise" if roll.random() < plan.quality(brand, topic, day) else "friction"), topic


def _react(found: Crowd, plan: Plan, seed: int, person: Person, message: Arrived) -> None:
    """Note what a message does; some people answer it with their next feedback, days later."""
    turn = sum(one.person is person for one in found.reactions)
    since = message.at - timedelta(days=plan.upset_days)
    upset = any(since <= at <= message.at for at in found.upset.get(person.index, ()))
    effect = true_effect(plan, message.play, person, upset=upset)
    found.reactions.append(Reaction(message, person, effect, turn))
    roll = dice(seed, "answers", person.id, message.play, turn)
    at = message.at + timedelta(seconds=int(between(roll, 1, 5) * 86_400))
    if effect >= 0.1:
        found.helped[person.index] = message.at
    loud = roll.random()
    if person.index not in found.left and (effect >= 0.1 or effect < 0) and loud < 0.12:
        kind: Kind = "helped" if effect >= 0.1 else "annoyed"
        name = f"{person.id}-{message.play}-{turn}"
        source = _source(person, kind, roll)
        _note(found, person, Said(at, source, person.brand, person, kind, "", person.language, name))


def _source(person: Person, kind: Kind, roll: Random) -> str:
    if person.brand == OURS and kind in ("question", "refund", "hardship"):
        return "social" if roll.random() < 0.1 else "contact_form"
    return weighted(roll, _SOURCES.get(person.brand, _SOURCES[""]))


def _note(found: Crowd, person: Person, said: Said) -> None:
    if said.kind in GRIM:
        found.upset[person.index].append(said.at)
    found.said.append(said)


def _moment(plan: Plan, day: int, roll: Random) -> datetime:
    """Return a time between five in the morning and ten at night, UTC."""
    return plan.start + timedelta(days=day, seconds=int(between(roll, 5, 22) * 3_600))
