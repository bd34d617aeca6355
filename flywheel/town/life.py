"""A brand's customers, day by day, all at once: what they live through and say, what messages do, who leaves."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.town.chance import uniforms
from flywheel.town.effects import Effects
from flywheel.town.events import (
    EVENTS,
    GRIM,
    HAPPENED,
    KINDS,
    REACTION,
    SOURCES,
    TALKED,
    TOPICS,
    Kind,
    Rows,
    rows,
)  # fmt: skip
from flywheel.town.people import traits
from flywheel.town.plan import OURS, TALK, Plan

DAY = 86_400
WINDOW_DAYS = 3
"""The days in which a message works; a return by habit in any such window has the probability `habit`."""
_AFTERMATH = 14 * DAY
"""How long an upset or a help is remembered."""
_NEVER = 2**60
_OF_THEIR_OWN = -1
_ANSWER = 0.12
"""The share of those whom a message moved that say so with their next feedback, days later."""
_SILENT = 0.15
"""The share of surveys without words."""
_SHARES: dict[Kind, float] = {"hardship": 0.02, "refund": 0.05, "leaving": 0.02, "question": 0.10, "neutral": 0.04}
_OWN_SOURCES = {"contact_form": 0.45, "survey": 0.2, "reviews": 0.2, "social": 0.15}
_RIVAL_SOURCES = {"contact_form": 0.0, "survey": 0.0, "reviews": 0.75, "social": 0.25}
_CODE: dict[str, int] = {kind: code for code, kind in enumerate(KINDS)}
_ASKED = [_CODE[kind] for kind in ("question", "refund", "hardship")]
_GRIM = np.isin(np.arange(len(KINDS)), [_CODE[kind] for kind in GRIM])

Floats = NDArray[np.floating[Any]]


class Draws(NamedTuple):
    """A day's chance for everybody: what a person does not need today is drawn all the same, so that nothing shifts."""

    leaves: Floats
    leaves_at: Floats
    speaks: Floats
    speaks_at: Floats
    kind: Floats
    topic: Floats
    quality: Floats
    source: Floats
    signed: Floats
    silent: Floats
    returns: Floats
    returns_at: Floats
    luck: Floats
    brought_at: Floats
    answers: Floats
    answers_at: Floats
    answers_where: Floats


class Life:
    """The lives of a brand's customers up to a day; equal messages give equal lives, and later ones change no past."""

    def __init__(self, plan: Plan, seed: int, brand: str) -> None:
        self._plan, self._seed, self._brand = plan, seed, brand
        self.traits = traits(plan, seed, brand)
        self._effects = Effects(plan)
        n = len(self.traits.habit)
        self._left_at, self._away_until = np.full(n, _NEVER), np.full(n, -_NEVER)
        self._grim_at, self._helped_at = np.full(n, -_NEVER), np.full(n, -_NEVER)
        self._annoyed: dict[int, list[Rows]] = defaultdict(list)
        self._talked: list[Rows] = []
        self._happened: list[Rows] = []
        self._reactions: list[Rows] = []
        self.day = 0

    @property
    def reactions(self) -> Rows:
        """What every message did, in the order in which they arrived."""
        return np.concatenate([np.zeros(0, REACTION), *self._reactions])

    def talked(self) -> Rows:
        """Return what was said, and what is going to be said in answer to messages."""
        return self._while_here(np.concatenate([np.zeros(0, TALKED), *self._talked]))

    def happened(self) -> Rows:
        """Return who came back and who left, also what messages will bring in the next days."""
        return self._while_here(np.concatenate([np.zeros(0, HAPPENED), *self._happened]))

    def upset(self, who: NDArray[Any], at: int) -> NDArray[np.bool_]:
        """Return who has lived through something grim of late, as of the evening before."""
        return np.asarray(self._grim_at[who] >= at - int(self._plan.upset_days * DAY))

    def live(self, messages: Rows) -> None:
        """Live one more day, on which these messages arrive, oldest first."""
        n = len(self.traits.habit)
        names = Draws._fields
        draws = Draws(*uniforms(self._seed, len(names) * n, "life", self._brand, self.day).reshape(len(names), n))
        self._leave(draws)
        today = self._speak(draws)
        back = self._come_back(draws)
        if len(messages):
            away = self._react(messages, draws, today)
            back = back[back["at"] < away[back["index"]]]
        self._happened.append(back)
        self._grim_at = np.where(today < _NEVER, np.maximum(self._grim_at, today), self._grim_at)
        self.day += 1

    def _leave(self, draws: Draws) -> None:
        start = self.day * DAY
        chance = np.full(len(self._left_at), self._plan.leaving(self.day))
        chance[self._grim_at >= start - _AFTERMATH] *= 6
        chance[self._helped_at >= start - _AFTERMATH] *= 0.3
        gone = np.flatnonzero((draws.leaves < chance) & (self._left_at == _NEVER))
        self._left_at[gone] = start + _in_daylight(draws.leaves_at[gone])
        self._happened.append(rows(HAPPENED, len(gone), at=self._left_at[gone] - 1, index=gone, event=_event("left")))

    def _speak(self, draws: Draws) -> NDArray[np.int64]:
        """Write down what is said today; return when each person is first upset today."""
        plan, brand, day = self._plan, self._brand, self.day
        weekly = plan.said_a_week if brand == OURS else plan.rivals_say_a_week
        rates = self.traits.talkative * (plan.loudness(brand, day) * weekly / 7 / self.traits.talkative.sum())
        who = np.flatnonzero(draws.speaks < rates)
        kind, topic = self._experience(Draws(*(row[who] for row in draws)))
        signs = 0.75 if brand == OURS else 0.9
        talk = rows(
            TALKED, len(who), at=day * DAY + _in_daylight(draws.speaks_at[who]), index=who, day=day, play=_OF_THEIR_OWN,
            kind=kind, topic=topic, source=self._source(kind, draws.source[who]), signed=draws.signed[who] < signs,
            silent=draws.silent[who] < _SILENT,
        )  # fmt: skip
        self._talked.append(talk)
        upset = np.full(len(self._left_at), _NEVER)
        for one in (talk[_GRIM[talk["kind"]]], *self._annoyed.pop(day, ())):
            np.minimum.at(upset, one["index"], one["at"])
        return upset

    def _experience(self, draws: Draws) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        codes = np.array([*(_CODE[kind] for kind in _SHARES), _CODE["friction"]])
        kind = codes[np.searchsorted(np.cumsum(list(_SHARES.values())), draws.kind, side="right")]
        topic = 1 + _fallen(draws.topic, TALK)
        quality = np.array([self._plan.quality(self._brand, name, self.day) for name in TALK])
        kind[(kind == _CODE["friction"]) & (draws.quality < quality[topic - 1])] = _CODE["praise"]
        spoken = np.isin(kind, (_CODE["friction"], _CODE["praise"]))
        return kind, np.where(spoken, topic, np.where(kind == _CODE["refund"], TOPICS.index("refund"), 0))

    def _source(self, kind: NDArray[np.int64], chance: Floats) -> NDArray[np.int64]:
        plain = _fallen(chance, _OWN_SOURCES if self._brand == OURS else _RIVAL_SOURCES)
        asked = np.where(chance < 0.1, SOURCES.index("social"), SOURCES.index("contact_form"))
        return np.where(np.isin(kind, _ASKED), asked, plain) if self._brand == OURS else plain

    def _come_back(self, draws: Draws) -> Rows:
        habit = self._plan.habit(self.traits.habit, self.day)
        who = np.flatnonzero(draws.returns < 1 - (1 - habit) ** (1 / WINDOW_DAYS))
        at = (self.day + draws.returns_at[who]) * DAY
        found = rows(HAPPENED, len(who), at=at, index=who, event=_event("returned"))
        return found[found["at"] >= self._away_until[who]]

    def _react(self, messages: Rows, draws: Draws, today: NDArray[np.int64]) -> NDArray[np.int64]:
        """Note what messages do; return from when on each person keeps away today.

        A message of effect e adds exactly e to the chance of at least one return within the window: with e > 0 it
        brings a return with probability e / (1 - habit), with e < 0 it keeps people away with probability -e / habit.
        """
        who, at = messages["index"], messages["at"]
        since = at - int(self._plan.upset_days * DAY)
        upset = (self._grim_at[who] >= since) | (today[who] <= at)
        habit, luck = self._plan.habit(self.traits.habit[who], self.day), draws.luck[who]
        full = self._effects.of(messages["play"], self.traits.need[who], upset, self.day)
        effect = np.where(self._left_at[who] > at, np.maximum(full, -habit), 0.0)  # nobody returns less than never
        self._reactions.append(rows(REACTION, len(who), at=at, index=who, play=messages["play"], effect=effect))
        brought = np.flatnonzero(luck < effect / (1 - habit))
        later = at + (0.1 + 2.3 * draws.brought_at[who]) * DAY
        self._happened.append(rows(HAPPENED, len(brought), at=later[brought], index=who[brought]))
        kept = np.flatnonzero(luck < -effect / habit)
        away = np.full(len(self._left_at), _NEVER)
        np.minimum.at(away, who[kept], at[kept])
        np.maximum.at(self._away_until, who[kept], at[kept] + WINDOW_DAYS * DAY)
        self._helped_at[who[effect >= self._plan.helped_from]] = at[effect >= self._plan.helped_from]
        self._answer(messages, effect, Draws(*(row[who] for row in draws)))
        return away

    def _answer(self, messages: Rows, effect: Floats, draws: Draws) -> None:
        moved = (effect >= self._plan.helped_from) | (effect < 0)
        loud = np.flatnonzero(moved & (draws.answers < _ANSWER))
        kind = np.where(effect[loud] < 0, _CODE["annoyed"], _CODE["helped"])
        talk = rows(TALKED, len(loud), at=messages["at"][loud] + (1 + 4 * draws.answers_at[loud]) * DAY,
                    index=messages["index"][loud], day=self.day, play=messages["play"][loud], kind=kind,
                    source=self._source(kind, draws.answers_where[loud]), signed=draws.signed[loud] < 0.75,
                    silent=draws.silent[loud] < _SILENT)  # fmt: skip
        self._talked.append(talk)
        annoyed = talk[talk["kind"] == _CODE["annoyed"]]
        for day in np.unique(annoyed["at"] // DAY).tolist():
            self._annoyed[day].append(annoyed[annoyed["at"] // DAY == day])

    def _while_here(self, found: Rows) -> Rows:
        here: Rows = found[found["at"] < self._left_at[found["index"]]]
        return here


def _fallen(chance: Floats, weights: dict[str, float]) -> NDArray[np.int64]:
    """Return which of several each draw falls to; the weights need not sum to one."""
    edges = np.cumsum(list(weights.values()))
    return np.minimum(np.searchsorted(edges / edges[-1], chance, side="right"), len(weights) - 1)


def _in_daylight(chance: Floats) -> NDArray[np.int64]:
    """Return a second between five in the morning and ten at night, UTC."""
    return ((5 + 17 * chance) * 3_600).astype(np.int64)


def _event(name: str) -> int:
    return EVENTS.index(name)
