"""Picking one of several plays by the chances they were given: the draw is the person's own and can be drawn again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log

from flywheel.domain.allocation import Circumstances, Option
from flywheel.domain.outcome import LearnedEffect

Draw = Callable[[str, str], float]
"""`draw(person, what)` gives a number in [0, 1) that follows from both; nobody without the key can foresee it."""


@dataclass(frozen=True, slots=True)
class Best:
    """The allocator that leaves nothing to chance: the option believed to do most good, or silence."""

    effects: Mapping[str, LearnedEffect]
    prior: Mapping[str, LearnedEffect]

    def shares(
        self, options: tuple[Option, ...], known: Circumstances, unlearned: frozenset[str] = frozenset()
    ) -> tuple[float, ...]:
        """Return 1 for the first of the best options, or for silence where none does good."""
        del known  # what is believed of a play as a whole is all that it knows
        gains = [(self.prior if one.play in unlearned else self.effects)[one.play].mean * one.factor for one in options]
        at = max(range(len(gains)), key=lambda place: (gains[place], -place), default=0)
        chosen = at if gains and gains[at] > 0 else len(options)
        return tuple(float(place == chosen) for place in range(len(options) + 1))


@dataclass(slots=True)
class Lots:
    """One person's lots on one occasion: a lot for each option and for silence, drawn once, whatever the chances are.

    The option with the least -ln(1 - u) / chance is picked: each with exactly its chance (the race of exponential
    clocks), and where chances change a little, hardly anybody's pick does.
    """

    person: str
    occasion: str
    draw: Draw
    _times: dict[str, float] = field(default_factory=dict)

    def pick(self, options: Sequence[Option], shares: Sequence[float]) -> int:
        """Return the place of the option picked; the number of options for silence."""
        names = [*(f"{one.play}\x1f{one.variant}" for one in options), ""]
        times = [self._time(name) / share if share > 0 else inf for name, share in zip(names, shares, strict=True)]
        return min(range(len(times)), key=times.__getitem__)

    def _time(self, name: str) -> float:
        if name not in self._times:
            self._times[name] = -log(1 - self.draw(self.person, f"{self.occasion}\x1f{name}"))
        return self._times[name]
