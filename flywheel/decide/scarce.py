"""What there is too little of: money, hands, messages; what one play takes of each, and the room that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from flywheel.decide.solver import Floats
from flywheel.domain.limits import Limits, Taken
from flywheel.domain.play import Play


@dataclass(frozen=True, slots=True)
class Scarce:
    """The resources that have a limit; `use` is plays x resources, `words` say what a reader is told of each."""

    plays: tuple[Play, ...]
    words: tuple[str, ...]
    use: Floats
    room: Floats


class _Limit(NamedTuple):
    words: str
    most: float
    takes: Callable[[str, str], float]
    today: bool = False


def scarce(plays: Sequence[Play], limits: Limits, taken: Sequence[Taken]) -> Scarce:
    """Return what has a limit, after what was decided already."""
    found = list(_limits(plays, limits))
    use = np.array([[one.takes(play.name, play.channel) for one in found] for play in plays], float)
    spent = [sum(one.takes(by.play, by.channel) * (by.today if one.today else by.this_cycle) for by in taken)
             for one in found]  # fmt: skip
    room = np.maximum(np.array([one.most for one in found], float) - np.array(spent, float), 0.0)
    return Scarce(tuple(plays), tuple(one.words for one in found), use.reshape(len(plays), len(found)), room)


def is_limited(plays: Sequence[Play], limits: Limits) -> bool:
    """Return whether anything has a limit at all."""
    return next(_limits(plays, limits), None) is not None


def _limits(plays: Sequence[Play], limits: Limits) -> Iterator[_Limit]:
    cost = {play.name: play.cost for play in plays}
    if limits.budget is not None:
        yield _Limit("the budget of the cycle is spent", limits.budget, lambda play, _: cost.get(play, 0.0))
    if limits.per_cycle is not None:
        yield _Limit("the cycle reaches no more people", limits.per_cycle, lambda *_: 1.0)
    if limits.per_day is not None:
        yield _Limit("the day reaches no more people", limits.per_day, lambda *_: 1.0, today=True)
    yield from _of_channels(limits)
    for play in plays:
        if play.capacity is not None:
            yield _Limit(f"{play.name} can be done {play.capacity} times a cycle", play.capacity, _of_play(play.name))


def _of_channels(limits: Limits) -> Iterator[_Limit]:
    for channel, one in limits.channels.items():
        on = _of_channel(channel)
        if one.per_cycle is not None:
            yield _Limit(f"{channel} takes no more in this cycle", one.per_cycle, on)
        if one.per_day is not None:
            yield _Limit(f"{channel} takes no more today", one.per_day, on, today=True)


def _of_channel(name: str) -> Callable[[str, str], float]:
    return lambda _, channel: float(channel == name)


def _of_play(name: str) -> Callable[[str, str], float]:
    return lambda play, _: float(play == name)
