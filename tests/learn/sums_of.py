"""Sums as the store would hand them over, from a few numbers."""

from __future__ import annotations

from flywheel.domain.trial import NONE, EffectSum, Sums

WEEK = "2026-01-05"


def shares(n: int, happened: int, chance: float = 0.5) -> Sums:
    """Return the sums of n people of whom it happened to some."""
    return NONE._replace(
        n=n, happened=happened, total=float(happened), squares=float(happened), zeros=n - happened,
        chance=chance * n, chance_variance=chance * (1 - chance) * n,
    )  # fmt: skip


def row(arm: str, sums: Sums, **values: str) -> EffectSum:
    """Return a row of sums of the play `help`."""
    told = EffectSum(
        week=WEEK, metric="returned", days=7.0, play="help", variant="a", arm=arm, tier="friction", topic="",
        segment="", among='["help"]', sums=sums,
    )  # fmt: skip
    return told._replace(**values)


def both(treated: tuple[int, int], control: tuple[int, int], **values: str) -> list[EffectSum]:
    """Return both arms, each (of them with the outcome, people)."""
    whole = treated[1] + control[1]
    chance = treated[1] / whole if whole else 0.5
    return [
        row("default", shares(treated[1], treated[0], chance), **values),
        row("holdout", shares(control[1], control[0], chance), **values),
    ]
