"""The fast lane: one turn over new feedback only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.engine import turn_over
from flywheel.turn import TurnRequest, TurnResult


@flow(name="triage", flow_run_name="triage", persist_result=False, log_prints=False)
def triage(
    config: Path = Path("config"),
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    steps: tuple[str, ...] | None = None,
    shadow: bool = False,
) -> State[TurnResult]:
    """Turn the fast lane once: the same steps over what is new, so that what is urgent does not wait."""
    return turn_over(
        TurnRequest(config=config, flow="triage", since=since, until=until, as_of=as_of, steps=steps, shadow=shadow)
    )
