"""Thompson sampling with chances that can be logged: each option's chance to be the best, by what is believed now."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flywheel.domain.allocation import Circumstances, Option
from flywheel.learn.means import Floats
from flywheel.learn.posterior import Posterior
from flywheel.learn.thompson import propensities

Asked = tuple[tuple[Option, ...], Circumstances, frozenset[str]]


@dataclass(frozen=True)
class Thompson:
    """The chances of one cycle: a batch rests on what was believed when it began.

    An option's chance is the share of the draws in which it does most good, silence being worth nothing; each keeps
    at least `floor`, so that the log can value any later way of choosing.
    """

    posterior: Posterior
    floor: float
    _known: dict[Asked, tuple[float, ...]] = field(default_factory=dict)

    def shares(
        self, options: tuple[Option, ...], known: Circumstances, unlearned: frozenset[str] = frozenset()
    ) -> tuple[float, ...]:
        """Return the chance of each option, and of silence as the last; they are worked out once a batch."""
        asked = (options, known, unlearned)
        if asked not in self._known:
            self._known[asked] = self._shares(options, known, unlearned)
        return self._known[asked]

    def _shares(
        self, options: tuple[Option, ...], known: Circumstances, unlearned: frozenset[str]
    ) -> tuple[float, ...]:
        worth = np.stack(
            [*(one.factor * self._draws(one, known, unlearned) for one in options), self._nothing()], axis=0
        )
        best = np.bincount(worth.argmax(axis=0), minlength=len(options) + 1) / worth.shape[1]
        chances = propensities(best, min(self.floor, 1 / len(best)))
        return tuple(float(chance) for chance in chances)

    def _draws(self, option: Option, known: Circumstances, unlearned: frozenset[str]) -> Floats:
        if option.play in unlearned:
            return self.posterior.unlearned[option.play]
        return self.posterior.draws(option.play, option.variant, known)

    def _nothing(self) -> Floats:
        return np.zeros(len(self.posterior.samples))
