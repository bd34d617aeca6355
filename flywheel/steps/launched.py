"""Which plays reach people, and which are only watched: a new one is, until somebody launches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flywheel.domain.play import Candidate, Play


def is_live(play: Play, states: Mapping[str, str]) -> bool:
    """Return whether a play reaches people: the configuration says so, or somebody launched it."""
    return play.mode == "live" or (play.mode is None and states.get(play.name) in ("live", "proven"))


def only_watched(plays: Sequence[Play], states: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the plays that reach nobody yet."""
    return frozenset(play.name for play in plays if not is_live(play, states))


def without(candidates: Sequence[Candidate], names: frozenset[str]) -> list[Candidate]:
    """Return the candidates as if some plays did not exist."""
    if not names:
        return list(candidates)
    return [
        Candidate.model_construct(
            view=one.view, fits=tuple(name for name in one.fits if name not in names), off=one.off
        )
        for one in candidates
    ]  # fmt: skip
