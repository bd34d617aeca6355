"""Changes to the company itself: initiatives for an owner, and settings that the next cycle reads."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from flywheel.domain.record import Moment, Record

InitiativeStatus = Literal["open", "verified", "refuted", "closed"]


class Initiative(Record):
    """A cause to remove, its owner, its evidence and when it is due."""

    id: str
    cycle_id: str
    cause: str
    owner: str
    status: InitiativeStatus
    evidence_count: int
    evidence: tuple[str, ...]
    opened_at: Moment
    due: Moment
    effect: float | None = None


class Setting(Record):
    """One setting that OODA hands to the next cycle, with why, on what evidence, and until when."""

    id: str
    cycle_id: str
    name: str
    value: JsonValue
    reason: str
    evidence: tuple[str, ...]
    decided_at: Moment
    expires: Moment
