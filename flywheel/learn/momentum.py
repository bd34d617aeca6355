"""Momentum: whether the wheel turns better than before, always with the parts it is made of."""

from __future__ import annotations

from collections.abc import Mapping

from flywheel.domain.outcome import Appraisal
from flywheel.domain.record import Record
from flywheel.learn.appraising import appraisal

KEPT = 0.7
"""What counts of the momentum before: M = 0.7 M + 0.3 g (shared notes, methods 4.15: our own proposal)."""
SUBJECT = "momentum"
FRICTION = "friction"


class Parts(Record):
    """The four stages of one cycle, each 0..1, more is better; None where there was nothing to measure.

    `coverage`: of what was heard, what could be read. `speed`: 1 / (1 + days from what happened to what was done, the
    mean). `proven`: of what was done, what is proven to work. `standing`: of our standings, those not behind.
    """

    coverage: float | None
    speed: float | None
    proven: float | None
    standing: float | None


def momentum(cycle_id: str, now: Parts, before: Mapping[str, float], friction: tuple[float, int]) -> list[Appraisal]:
    """Return momentum, its parts and friction; `before` holds the same of the cycle before, by measure.

    g is the mean of what the parts gained. `friction`: of the signals that a play fitted, the share that died on the
    way, and how many signals there were.
    """
    parts = {name: value for name, value in now.model_dump().items() if value is not None}
    gains = [value - before[name] for name, value in parts.items() if name in before]
    gain = sum(gains) / len(gains) if gains else 0.0
    whole = KEPT * before.get(SUBJECT, 0.0) + (1 - KEPT) * gain
    told = "; ".join(f"{name} {value:.2f} ({_moved(value, before.get(name))})" for name, value in parts.items())
    words = f"Momentum {whole:+.3f}: {told or 'nothing to measure yet'}; friction {friction[0]:.0%}"
    found = [appraisal(cycle_id, (SUBJECT, SUBJECT), whole, len(gains), ("said", words))]
    found += [
        appraisal(cycle_id, (SUBJECT, name), value, 1, ("said", f"{name} is {value:.2f}"))
        for name, value in parts.items()
    ]
    lost = f"{friction[0]:.0%} of {friction[1]} signals that a play fitted died on the way"
    return [*found, appraisal(cycle_id, (SUBJECT, FRICTION), friction[0], friction[1], ("said", lost))]


def _moved(value: float, before: float | None) -> str:
    return "new" if before is None else f"{value - before:+.2f}"
