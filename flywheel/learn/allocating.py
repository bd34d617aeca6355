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

    P is the share of the draws in which an option does most good, silence being worth nothing. Its chance goes with P
    to the power of `agree`: 1 is Thompson's own (1933); 2 is as if two draws had to agree, which exploits sooner what
    is known (a narrower posterior, as in Chapelle and Li 2011). Each keeps at least `floor`, so that the log can value
    any later way of choosing.
    """

    posterior: Posterior
    floor: float
    agree: float = 1.0
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
        agreed = best**self.agree
        chances = propensities(agreed / agreed.sum(), min(self.floor, 1 / len(best)))
        return tuple(float(chance) for chance in chances)

    def _draws(self, option: Option, known: Circumstances, unlearned: frozenset[str]) -> Floats:
        before = self.posterior.unlearned
        of = before if before is not None and option.play in unlearned else self.posterior
        return of.draws(option.play, option.variant, known)

    def _nothing(self) -> Floats:
        return np.zeros(len(self.posterior.samples))
