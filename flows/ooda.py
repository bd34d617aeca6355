"""The outer loop: one turn on the wheel itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.engine import turn_over
from flywheel.turn import TurnRequest, TurnResult


@flow(name="ooda", flow_run_name="ooda", persist_result=False, log_prints=False)
def ooda(
    config: Path = Path("config"),
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    steps: tuple[str, ...] | None = None,
    shadow: bool = False,
) -> State[TurnResult]:
    """Turn the outer loop once: hold the last cycles against the competition, and change what the next one does."""
    return turn_over(
        TurnRequest(config=config, flow="ooda", since=since, until=until, as_of=as_of, steps=steps, shadow=shadow)
    )
