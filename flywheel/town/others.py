"""What others would have done in the same town: nobody, chance, one play for all, and somebody who knows the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.play import TIERS
from flywheel.town.chance import uniforms
from flywheel.town.effects import Effects
from flywheel.town.events import GRIM, KINDS, MESSAGE, SIGNED, SOURCES, Rows, rows
from flywheel.town.life import DAY, Life
from flywheel.town.people import inhabitants
from flywheel.town.plan import NEED_NAMES, OURS, SEGMENTS
from flywheel.town.specification import CATALOGUE, Offered, Specification

NOON = DAY // 2
CAP, SAME_PLAY = 3 * DAY, 30 * DAY
_COMPLAINT, _SETTLED = 90 * DAY, 180
"""The rules of the wheel's own configuration: they bind everybody alike."""

Floats = NDArray[np.floating[Any]]


class Occasions(NamedTuple):
    """Those of whom something new was heard: who, and which plays (columns, as in `Effects.plays`) may go to them."""

    who: NDArray[np.integer[Any]]
    allowed: NDArray[np.bool_]
    true_effect: Floats
    seen_effect: Floats
    luck: Floats


Chooser = Callable[[Occasions], NDArray[Any]]
"""Returns a play's code for each occasion, -1 for silence."""


def at_random(occasions: Occasions) -> NDArray[Any]:
    """Any play that may go to the person, each as likely as the others."""
    among = occasions.allowed.sum(axis=1)
    nth = (occasions.luck * among).astype(int) + 1
    return np.where(among > 0, np.argmax(np.cumsum(occasions.allowed, axis=1) >= nth[:, None], axis=1), -1)


def knowing(occasions: Occasions) -> NDArray[Any]:
    """What truly does this person most good; silence where nothing does any."""
    return _best(occasions.true_effect, occasions.allowed)


def seeing(occasions: Occasions) -> NDArray[Any]:
    """What does most good to people who look like this one: the best that can be done without seeing needs."""
    return _best(occasions.seen_effect, occasions.allowed)


def always(code: int) -> Chooser:
    """One play for everybody to whom it may go, and nothing else."""
    return lambda occasions: np.where(occasions.allowed[:, code], code, -1)


def gains(reactions: Rows, weeks: int) -> list[float]:
    """Return per cycle how many returns messages brought (less those they cost), by what they truly do."""
    if reactions["at"].max(initial=0) >= (weeks + 1) * 7 * DAY:
        raise ValueError(f"There are messages after the cycle {weeks} that was judged last.")
    cycle = reactions["at"] // (7 * DAY) - 1
    return [float(reactions["effect"][cycle == number].sum()) for number in range(weeks)]


def led_by(spec: Specification, weeks: int, choose: Chooser) -> Life:
    """Return the lives of our customers under another's choices, each Monday at noon: the same chance for all."""
    life, rules = Life(spec.plan, spec.seed, OURS), _Rules(spec)
    for day in range(7 * (weeks + 1)):
        week = day // 7
        if day % 7 or not week:
            life.live(np.zeros(0, MESSAGE))
            continue
        occasions = rules.occasions(life)
        play = choose(occasions)
        to, what = occasions.who[play >= 0], play[play >= 0]
        rules.sent(to, what, day * DAY + NOON)
        life.live(rows(MESSAGE, len(to), at=day * DAY + NOON, index=to, play=what))
    return life


class _Rules:
    """Consent, caps, tiers and approval, as the wheel's configuration has them; what was sent is remembered."""

    def __init__(self, spec: Specification) -> None:
        self._spec, self._effects = spec, Effects(spec.plan)
        self._offered: Sequence[Offered] = sorted(CATALOGUE, key=lambda one: one.name)
        n = spec.plan.customers
        self._last = np.full(n, -(2**60))
        self._last_play = np.full((n, len(self._offered)), -(2**60))
        order = list(SEGMENTS)
        people = inhabitants(spec.plan, spec.seed, OURS)
        self._segment = np.array([order.index(one.segment) for one in people])
        self._shares = np.array([[spec.plan.needs[segment].get(need, 0.0) for need in NEED_NAMES] for segment in order])

    def occasions(self, life: Life) -> Occasions:
        now, traits = life.day * DAY + NOON, life.traits
        talked = life.talked()
        talked = talked[talked["at"] < life.day * DAY]
        grim = np.isin(talked["kind"], [KINDS.index(kind) for kind in GRIM])
        complained = np.zeros(len(traits.habit), bool)
        complained[talked["index"][grim & _known(talked) & (talked["at"] >= now - _COMPLAINT)]] = True
        new = talked[(talked["at"] >= (life.day - 7) * DAY) & _known(talked)]
        new = new[np.lexsort((new["at"], new["index"]))]
        newest = new[np.append(new["index"][1:] != new["index"][:-1], True)] if len(new) else new
        newest = newest[traits.consent_service[newest["index"]]]
        who = newest["index"]
        allowed = self._allowed(newest, complained, life, now)
        effect = self._true(life, who, now)
        return Occasions(who, allowed, effect, self._seen(life, who, now),
                         uniforms(self._spec.seed, len(traits.habit), "random play", life.day)[who])  # fmt: skip

    def sent(self, to: NDArray[Any], what: NDArray[Any], at: int) -> None:
        self._last[to] = at
        self._last_play[to, what] = at

    def _allowed(self, newest: Rows, complained: NDArray[np.bool_], life: Life, now: int) -> NDArray[np.bool_]:
        who, traits = newest["index"], life.traits
        fits = np.array([np.isin(newest["kind"], [KINDS.index(kind) for kind in one.kinds]) for one in self._offered]).T
        for column, one in enumerate(self._offered):
            if one.tier == "offer":
                fits[:, column] &= ~complained[who] & (traits.tenure[who] > _SETTLED)
        tier = np.array([TIERS.index(one.tier) for one in self._offered])
        highest = np.where(fits, tier, len(TIERS)).min(axis=1, initial=len(TIERS))
        fits &= tier == highest[:, None]
        by_hand = np.array([one.approved_by_hand for one in self._offered])
        marketing = np.array([one.marketing for one in self._offered])
        fits &= ~by_hand & (~marketing | traits.consent_marketing[who][:, None])
        fits &= (self._last[who] <= now - CAP)[:, None] & (self._last_play[who] <= now - SAME_PLAY)
        return np.asarray(fits)

    def _true(self, life: Life, who: NDArray[Any], now: int) -> Floats:
        need, upset = life.traits.need[who], life.upset(who, now)
        plays = np.arange(len(self._offered))
        return self._effects.of(plays[None, :], need[:, None], upset[:, None], life.day)

    def _seen(self, life: Life, who: NDArray[Any], now: int) -> Floats:
        upset, plays = life.upset(who, now), np.arange(len(self._offered))
        by_need = [
            self._effects.of(plays[None, :], np.full((len(who), 1), need), upset[:, None], life.day)
            for need in range(len(NEED_NAMES))
        ]
        return np.asarray(np.einsum("npk,nk->np", np.stack(by_need, axis=2), self._shares[self._segment[who]]))


def _known(talked: Rows) -> NDArray[np.bool_]:
    """Return what can be laid to a person and read: signed where one may stay unknown, and with words."""
    always_signed = np.isin(talked["source"], [SOURCES.index(name) for name in SIGNED])
    without_words = talked["silent"] & (talked["source"] == SOURCES.index("survey"))
    return np.asarray((talked["signed"] | always_signed) & ~without_words)


def _best(effect: Floats, allowed: NDArray[np.bool_]) -> NDArray[Any]:
    value = np.where(allowed, effect, 0.0)
    return np.where(value.max(axis=1, initial=0.0) > 0, value.argmax(axis=1), -1)
