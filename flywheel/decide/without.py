"""Which factor made a play come first: leave out one at a time (V C L, P C L, P V C as in Pega's explanations)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flywheel.domain.play import Factors, Proposal

_LEFT_OUT: dict[str, Callable[[Factors], float]] = {
    "believed effect": lambda f: f.context * f.value * f.lever,
    "value": lambda f: f.propensity * f.context * f.lever,
    "lever": lambda f: f.propensity * f.context * f.value,
}
"""The context is the person's own and the same for all plays: leaving it out changes no rank."""


def without_a_factor(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """Return which play would come first without each factor that matters; nothing where none does."""
    if len(proposals) < 2:
        return ()
    first = _first(proposals, lambda factors: factors.priority)
    found = ((name, _first(proposals, score)) for name, score in _LEFT_OUT.items())
    words = [f"without the {name}, {other} before {first}" for name, other in found if other != first]
    return (f"{first} comes first by its priority; {'; '.join(words)}",) if words else ()


def _first(proposals: Sequence[Proposal], score: Callable[[Factors], float]) -> str:
    return min(proposals, key=lambda one: (-score(one.factors), one.play.name)).play.name
