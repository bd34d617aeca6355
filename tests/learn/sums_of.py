"""Sums as the store would hand them over, from a few numbers."""

from __future__ import annotations

from typing import Any

from flywheel.domain.trial import NONE, EffectSum, Sums

WEEK = "2026-01-05"


def shares(n: int, happened: int) -> Sums:
    """Return the sums of n people of whom it happened to some."""
    return NONE._replace(n=n, happened=happened, total=float(happened), squares=float(happened), zeros=n - happened)


def row(arm: str, sums: Sums, **values: Any) -> EffectSum:
    """Return a row of sums of the play `help`."""
    told = EffectSum(
        week=WEEK, metric="returned", days=7.0, play="help", variant="a", arm=arm, tier="friction", topic="",
        segment="", among='["help"]', plan=0.5, sums=sums,
    )  # fmt: skip
    return told._replace(**values)


def both(treated: tuple[int, int], control: tuple[int, int], **values: Any) -> list[EffectSum]:
    """Return both arms, each (of them with the outcome, people)."""
    whole = treated[1] + control[1]
    told = {"plan": treated[1] / whole if whole else 0.5} | values
    return [
        row("default", shares(treated[1], treated[0]), **told), row("holdout", shares(control[1], control[0]), **told),
    ]  # fmt: skip
