"""What a wheel was worth in towns whose truth is known: beside nobody, chance, one play for all, and the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from flywheel.domain.play import TIERS
from flywheel.domain.record import Record
from flywheel.town.effects import Effects
from flywheel.town.events import Rows
from flywheel.town.life import DAY
from flywheel.town.others import always, at_random, gains, knowing, led_by, seeing
from flywheel.town.plan import SEGMENTS
from flywheel.town.specification import CATALOGUE, Specification

RARE = 0.02
"""A play that gets at most this share of its tier's messages is as good as paused: what is left keeps an eye on it."""
HARMFUL = -0.04
"""A play whose true mean effect over all customers lies below this does harm."""
CLOSES, IN_SEEDS, PAUSED_IN, WITHIN, LATE = 0.70, 0.95, 0.90, 4, 3
"""The bars: of the gap in the last LATE cycles, of the towns that end ahead, of those that pause in WITHIN cycles."""


class Others(Record):
    """What others gained in the same town, cycle by cycle (returns that would not have been), or in total."""

    chance: tuple[float, ...]
    oracle: tuple[float, ...]
    seeing: tuple[float, ...]
    same: dict[str, float]


class Judged(Record):
    """One town, judged."""

    number: int
    held_out: bool
    people: int
    wheel: tuple[float, ...]
    others: Others
    messages: tuple[int, ...]
    harmful: dict[str, int | None]
    mercy_held_out: int
    misread_need_held_out: int
    cpu_seconds: float

    @property
    def closed(self) -> float:
        """The share of the gap between chance and the oracle that the wheel closes in the last cycles."""
        wheel, chance, oracle = (sum(one[-LATE:]) for one in (self.wheel, self.others.chance, self.others.oracle))
        return (wheel - chance) / (oracle - chance)

    @property
    def ahead(self) -> bool:
        """Whether in total the wheel ends above no wheel, chance, and every single play for everybody."""
        return sum(self.wheel) > max(0.0, sum(self.others.chance), *self.others.same.values())

    @property
    def paused(self) -> bool:
        """Whether every harmful play was paused in time."""
        return all(cycle is not None and cycle <= WITHIN for cycle in self.harmful.values())


class Bar(Record):
    """One thing that the wheel must show, and what it showed."""

    name: str
    asked: float
    found: float
    met: bool


class Judgement(Record):
    """All towns together."""

    towns: int
    cycles: int
    gap_closed: float
    gap_closed_low: float
    gap_seen_closed: float
    misread_need_held_out: int
    bars: tuple[Bar, ...]
    cpu_seconds: float


def others(spec: Specification, weeks: int) -> Others:
    """Return what others would have gained, under the same rules and the same chance."""
    plays = Effects(spec.plan).plays
    total = {play: sum(gains(led_by(spec, weeks, always(code)).reactions, weeks)) for code, play in enumerate(plays)}
    chance, oracle, sees = (
        tuple(gains(led_by(spec, weeks, choose).reactions, weeks)) for choose in (at_random, knowing, seeing)
    )
    return Others(chance=chance, oracle=oracle, seeing=sees, same=total)


def harmful(spec: Specification, reactions: Rows, weeks: int) -> dict[str, int | None]:
    """Return the plays that truly do harm, each with the cycle that paused it: from the next one on it is rare.

    Rare for the four cycles that follow, or to the end: what comes back sooner was not paused. None: never.
    """
    known = Effects(spec.plan)
    tier = {one.name: one.tier for one in CATALOGUE}
    tiers = np.array([TIERS.index(tier[play]) for play in known.plays])
    counts = np.zeros((weeks, len(known.plays)))
    np.add.at(counts, (reactions["at"] // (7 * DAY) - 1, reactions["play"]), 1)
    in_tier = np.stack([counts[:, tiers == one].sum(axis=1) for one in tiers], axis=1)
    rare = counts <= RARE * in_tier
    found = {}
    for play in _harming(spec):
        quiet = rare[:, known.code(play)]
        cycles = (cycle for cycle in range(weeks) if quiet[cycle : cycle + WITHIN].all())
        found[play] = next(cycles, None)
    return found


def judgement(towns: Sequence[Judged]) -> Judgement:
    """Return what all towns together say, and whether the bars are met."""
    closed = [one.closed for one in towns]
    gained, chance, oracle, sees = (
        sum(sum(values[-LATE:]) for values in each)
        for each in zip(*((t.wheel, t.others.chance, t.others.oracle, t.others.seeing) for t in towns), strict=True)
    )
    with_harm = [one.paused for one in towns if one.harmful]
    ahead = _share(one.ahead for one in towns)
    bars = (
        _bar("of the gap between random plays and the oracle closed", CLOSES, (gained - chance) / (oracle - chance)),
        _bar("of the towns end above no wheel, random plays and one play for all", IN_SEEDS, ahead),
        _bar(f"of the towns pause every harmful play within {WITHIN} cycles", PAUSED_IN, _share(with_harm)),
        Bar(name="people in need held out", asked=0, found=sum(t.mercy_held_out for t in towns),
            met=not any(t.mercy_held_out for t in towns)),
    )  # fmt: skip
    return Judgement(
        towns=len(towns), cycles=max(len(one.wheel) for one in towns), gap_closed=(gained - chance) / (oracle - chance),
        gap_closed_low=float(np.quantile(closed, 0.05)), gap_seen_closed=(gained - chance) / (sees - chance),
        misread_need_held_out=sum(one.misread_need_held_out for one in towns), bars=bars,
        cpu_seconds=sum(one.cpu_seconds for one in towns) / len(towns),
    )  # fmt: skip


def _harming(spec: Specification) -> list[str]:
    """Return the plays whose true mean effect over all customers does harm, whatever they do to some."""
    plan, found = spec.plan, []
    for play, by_need in sorted(plan.effects.items()):
        by_segment = {segment: sum(share * by_need[need] for need, share in needs.items())
                      for segment, needs in plan.needs.items()}  # fmt: skip
        if sum(SEGMENTS[segment] * effect for segment, effect in by_segment.items()) < HARMFUL:
            found.append(play)
    return found


def _bar(name: str, asked: float, found: float) -> Bar:
    return Bar(name=name, asked=asked, found=found, met=found >= asked)


def _share(values: Iterable[bool]) -> float:
    told = list(values)
    return sum(told) / len(told) if told else 1.0
